//! The Lambda function `password`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(password::routes).await
}
