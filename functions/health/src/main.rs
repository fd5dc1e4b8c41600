//! The Lambda function `health`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(health::routes).await
}
