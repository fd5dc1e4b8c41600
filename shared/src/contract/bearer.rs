//! The authenticated user of a request, in contracts that accept a bearer token and no cookie.

/// Defines a contract's extractors: `Bearer`, a user with a live session (RFC 6750, section 2.1), and `BearerWith`, one
/// whose session has the level of assurance that the operation takes. The contract's failure type must have an
/// `unauthorized` constructor.
macro_rules! bearer {
    ($failure:ty) => {
        #[derive(Debug)]
        pub struct Bearer(pub $crate::operations::Caller);

        impl axum::extract::FromRequestParts<$crate::http::AppState> for Bearer {
            type Rejection = $failure;

            async fn from_request_parts(
                parts: &mut http::request::Parts,
                app: &$crate::http::AppState,
            ) -> Result<Self, $failure> {
                use $crate::http::caller;
                let credential = caller::bearer(&parts.headers).map(str::to_owned);
                caller::authenticate(parts, app, credential.as_deref())
                    .await?
                    .map(Self)
                    .ok_or_else(<$failure>::unauthorized)
            }
        }

        #[derive(Debug)]
        pub struct BearerWith<L>(pub $crate::operations::Assured<L>);

        impl<L: $crate::operations::Level> axum::extract::FromRequestParts<$crate::http::AppState> for BearerWith<L> {
            type Rejection = $failure;

            async fn from_request_parts(
                parts: &mut http::request::Parts,
                app: &$crate::http::AppState,
            ) -> Result<Self, $failure> {
                let Bearer(caller) = Bearer::from_request_parts(parts, app).await?;
                let Ok($crate::http::Meta { now, .. }) = $crate::http::Meta::from_request_parts(parts, app).await;
                Ok(Self(app.core.assure(caller, now)?))
            }
        }
    };
}

pub(super) use bearer;
