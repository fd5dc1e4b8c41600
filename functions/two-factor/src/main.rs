//! The Lambda function `two-factor`.

use shared::http::serve;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), serve::Error> {
    serve::serve(two_factor::routes).await
}
