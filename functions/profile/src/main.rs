//! The Lambda function `profile`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(profile::routes).await
}
