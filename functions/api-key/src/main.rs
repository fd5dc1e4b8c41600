//! The Lambda function `api-key`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(api_key::routes).await
}
