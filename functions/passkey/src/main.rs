//! The Lambda function `passkey`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(passkey::routes).await
}
