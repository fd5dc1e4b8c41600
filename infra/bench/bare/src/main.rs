//! The baseline of `bench cold-start`: a minimal Lambda function on `lambda_http` and axum. It has the release profile
//! of the real functions and none of their code.

use axum::Router;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::run(Router::new().fallback(|| async { "hello" })).await
}
