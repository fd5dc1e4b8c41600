use axum::Router; use shared::http::AppState; pub fn routes(_: &AppState)->Router<AppState>{Router::new()}
