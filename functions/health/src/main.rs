//! The Lambda function `health`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(health::routes).await
}
