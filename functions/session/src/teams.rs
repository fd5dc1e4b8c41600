use axum::Router; use shared::http::AppState; pub fn routes()->Router<AppState>{Router::new()}
