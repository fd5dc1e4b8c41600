//! The documentation as a site at `/_local/docs/`.

use std::fs;
use std::path::Path;

use local::Options;

use crate::client::{Folder, Local, options};

/// A service over a site of three files, beside a file that does not belong to the site.
async fn with_a_site(folder: &Path) -> Local {
    let site = folder.join("site");
    fs::create_dir_all(site.join("contracts")).expect("a folder");
    for (name, content) in [
        ("site/index.html", "<h1>The first page</h1>"),
        ("site/contracts/teams.html", "<h1>teams</h1>"),
        ("site/book.js", "'use strict';"),
        ("private.html", "PRIVATE"),
    ] {
        fs::write(folder.join(name), content).expect("a file");
    }
    Local::with(Options {
        book: site,
        ..options(&[])
    })
    .await
}

#[tokio::test]
async fn the_site_is_shown_where_it_is_built() {
    let folder = Folder::new();
    let local = with_a_site(&folder.0).await;
    let moved = local.get("/_local/docs").send().await.expect(308);
    assert_eq!(moved.header("location"), "/_local/docs/");
    for (name, media_type, content) in [
        ("", "text/html; charset=utf-8", "The first page"),
        ("index.html", "text/html; charset=utf-8", "The first page"),
        ("contracts/teams.html", "text/html; charset=utf-8", "teams"),
        ("book.js", "text/javascript; charset=utf-8", "strict"),
    ] {
        let file = local.get(&format!("/_local/docs/{name}")).send().await.expect(200);
        assert_eq!(file.header("content-type"), media_type, "{name}");
        assert!(
            file.header("content-security-policy")
                .starts_with("default-src 'self';")
        );
        assert!(file.text().contains(content), "{name}");
    }
    local.get("/_local/docs/missing.html").send().await.expect(404);
    local.get("/_local/docs/contracts").send().await.expect(404);
}

#[tokio::test]
async fn where_it_is_not_built_a_page_names_the_command_that_builds_it() {
    let folder = Folder::new();
    let local = Local::with(Options {
        book: folder.0.join("missing"),
        ..options(&[])
    })
    .await;
    let page = local.get("/_local/docs/").send().await.expect(200).text();
    assert!(page.contains("<pre>infra/book</pre>"), "{page}");
    local.get("/_local/docs/index.html").send().await.expect(404);
}

#[tokio::test]
async fn nothing_outside_of_the_site_is_shown() {
    let folder = Folder::new();
    let local = with_a_site(&folder.0).await;
    let target = folder.0.join("private.html");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&target, folder.0.join("site/link.html")).expect("a symbolic link");
    for name in [
        "../private.html",
        "..%2fprivate.html",
        "%2e%2e/private.html",
        "%2e%2e%2fprivate.html",
        "contracts/../../private.html",
        "contracts%2f..%2f..%2fprivate.html",
        "..%5cprivate.html",
        "link.html",
        "link.html%00.html",
        &format!("/{}", target.display()),
        &format!("%2f{}", target.display()),
    ] {
        let refused = local.get(&format!("/_local/docs/{name}")).send().await.expect(404);
        assert!(!refused.text().contains("PRIVATE"), "{name}");
    }
}

#[tokio::test]
async fn the_site_is_for_this_machine_only() {
    let folder = Folder::new();
    let local = with_a_site(&folder.0).await;
    let asked = local.get("/_local/docs/index.html").header("host", "auth.evil.test");
    asked.send().await.expect(403);
}
