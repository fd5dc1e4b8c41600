//! The Lambda function `social`.

use shared::function;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), function::Error> {
    function::serve(social::routes).await
}
