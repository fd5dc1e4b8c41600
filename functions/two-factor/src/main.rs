//! The Lambda function `two-factor`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(two_factor::routes).await
}
