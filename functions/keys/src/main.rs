//! The Lambda function `keys`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(keys::routes).await
}
