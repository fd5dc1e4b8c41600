//! `/_local/docs/`: the documentation as a site with search, where `infra/book` has built it, and else a page that names this
//! command. The local service itself needs no other tools than Rust.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use axum::extract::{self, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lambda_http::http::{StatusCode, header};
use minijinja::context;

use super::html;
use super::state::Pages;
use crate::response::{internal_server_error, message};

pub(super) const TEMPLATE: &str = include_str!("page.html");

/// Where `book.toml` puts the site.
pub(crate) const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/book");

/// The pages of mdBook have inline scripts and styles. Nothing is loaded from other origins.
const POLICY: &str = "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

const NO_PAGE: &str = "the documentation has no such page; /_local/docs/ is its first one";

/// Links of the site are relative, so its first page is a folder.
pub(super) async fn without_slash() -> Redirect {
    Redirect::permanent("/_local/docs/")
}

pub(super) async fn first_page(State(pages): State<Pages>) -> Response {
    if pages.book.join("index.html").is_file() {
        serve(pages, "index.html".to_owned()).await
    } else {
        html::respond("book.html", context!())
    }
}

pub(super) async fn file(State(pages): State<Pages>, extract::Path(name): extract::Path<String>) -> Response {
    serve(pages, name).await
}

async fn serve(pages: Pages, name: String) -> Response {
    let Some(media_type) = media_type(&name) else {
        return message(StatusCode::NOT_FOUND, NO_PAGE);
    };
    match tokio::task::spawn_blocking(move || read(&pages.book, &name)).await {
        Ok(Ok(content)) => {
            let headers = [
                (header::CONTENT_TYPE, media_type),
                (header::CONTENT_SECURITY_POLICY, POLICY),
                // The next build is seen at the next reload.
                (header::CACHE_CONTROL, "no-cache"),
            ];
            (headers, content).into_response()
        }
        Ok(Err(error)) if error.kind() == io::ErrorKind::NotFound => message(StatusCode::NOT_FOUND, NO_PAGE),
        Ok(Err(error)) => {
            tracing::error!(%error, "a page of the documentation cannot be read");
            internal_server_error()
        }
        Err(_) => internal_server_error(),
    }
}

/// The file of that name in the folder. A name or a symbolic link that leads out of the folder is not found.
fn read(folder: &Path, name: &str) -> io::Result<Vec<u8>> {
    let file = within(folder, name).ok_or(io::ErrorKind::NotFound)?.canonicalize()?;
    if !file.starts_with(folder.canonicalize()?) || !file.is_file() {
        return Err(io::ErrorKind::NotFound.into());
    }
    fs::read(file)
}

/// The path of a name below the folder, if each of its parts is the plain name of a folder or a file.
fn within(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_plain = |part: &str| {
        let mut components = Path::new(part).components();
        let isolated = matches!(components.next(), Some(Component::Normal(_))) && components.next().is_none();
        isolated && !part.contains(['\\', ':', '\0'])
    };
    name.split('/').all(is_plain).then(|| folder.join(name))
}

/// The media type of the kinds of files that a site has; `None` for others, which are not served.
fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_to_a_file_below_the_folder_or_nowhere() {
        let folder = Path::new("/book");
        assert_eq!(
            within(folder, "contracts/teams.html"),
            Some(PathBuf::from("/book/contracts/teams.html"))
        );
        for name in [
            "",
            ".",
            "..",
            "../Cargo.toml",
            "a/../../x.html",
            "a/./x.html",
            "/etc/x.html",
            "a//x.html",
            "x.html/",
            "..\\x.html",
            "C:x.html",
            "x\0.html",
        ] {
            assert_eq!(within(folder, name), None, "{name:?}");
        }
    }

    #[test]
    fn only_files_of_a_site_have_a_media_type() {
        assert_eq!(media_type("a.b/index.html"), Some("text/html; charset=utf-8"));
        for name in ["index", ".nojekyll", "a.rs", "a.html/b", ""] {
            assert_eq!(media_type(name), None, "{name}");
        }
    }
}
