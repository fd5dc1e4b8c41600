//! The Lambda function `password`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(password::routes).await
}
