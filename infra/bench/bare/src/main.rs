//! The yardstick of `bench cold-start`: the least that a Lambda function on `lambda_http` and axum can be.
//! It has the release profile of the real functions and nothing of their code.

use axum::Router;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    lambda_http::run(Router::new().fallback(|| async { "hello" })).await
}
