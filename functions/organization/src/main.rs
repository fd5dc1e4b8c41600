//! The Lambda function `organization`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(organization::routes).await
}
