//! The Lambda function `keys`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(keys::routes).await
}
