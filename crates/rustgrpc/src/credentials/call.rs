//! Credentials that travel with each call, as metadata.

use std::error::Error;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;

use http::HeaderMap;

use crate::wire::header;
use crate::{Metadata, StatusCode};

/// Who makes a call. Python's `grpc.CallCredentials`.
///
/// Sent only over connections that are secure: on others, calls end with UNAUTHENTICATED. A clone is the same
/// credentials.
#[derive(Clone)]
pub struct CallCredentials {
    parts: Arc<[Arc<dyn Source>]>,
}

/// The metadata `authorization: Bearer TOKEN`. Python's `grpc.access_token_call_credentials(access_token)`.
pub fn access_token_call_credentials(access_token: impl fmt::Display) -> CallCredentials {
    let value = format!("Bearer {access_token}");
    CallCredentials::of(move |_: AuthMetadataContext| {
        let metadata = Metadata::from([("authorization", value.clone())]);
        async move { Ok::<_, BoxError>(metadata) }
    })
}

/// Metadata that a plugin makes for each call. Python's `grpc.metadata_call_credentials(metadata_plugin)`.
///
/// An error or a panic of the plugin ends the call with UNAVAILABLE
/// `Getting metadata from plugin failed with error: TEXT`, metadata that cannot be sent with UNAVAILABLE
/// `Illegal metadata`.
///
/// ```
/// use rustgrpc as grpc;
///
/// let credentials = grpc::metadata_call_credentials(|context: grpc::AuthMetadataContext| async move {
///     Ok::<_, std::io::Error>([("x-for", context.method_name().to_owned())])
/// });
/// # drop(credentials);
/// ```
pub fn metadata_call_credentials(metadata_plugin: impl AuthMetadataPlugin) -> CallCredentials {
    CallCredentials::of(metadata_plugin)
}

/// The metadata of all of these, in order. Python's `grpc.composite_call_credentials(*call_credentials)`.
pub fn composite_call_credentials(
    call_credentials: impl IntoIterator<Item = CallCredentials>,
) -> CallCredentials {
    let parts = call_credentials
        .into_iter()
        .flat_map(|credentials| credentials.parts.to_vec());
    CallCredentials {
        parts: parts.collect(),
    }
}

/// Makes the metadata of calls. Python's `grpc.AuthMetadataPlugin`.
///
/// Implemented by closures as well: `|context| async move { Ok::<_, io::Error>([("key", "value")]) }`.
pub trait AuthMetadataPlugin: Send + Sync + 'static {
    /// The metadata for one call. Called when the call has a connection.
    fn metadata(
        &self,
        context: AuthMetadataContext,
    ) -> impl Future<Output = Result<Metadata, Box<dyn Error + Send + Sync>>> + Send;
}

impl<F, R, M, E> AuthMetadataPlugin for F
where
    F: Fn(AuthMetadataContext) -> R + Send + Sync + 'static,
    R: Future<Output = Result<M, E>> + Send,
    M: Into<Metadata>,
    E: Into<Box<dyn Error + Send + Sync>>,
{
    async fn metadata(&self, context: AuthMetadataContext) -> Result<Metadata, BoxError> {
        self(context).await.map(Into::into).map_err(Into::into)
    }
}

/// The call for which a plugin makes metadata. Python's `grpc.AuthMetadataContext`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthMetadataContext {
    service_url: String,
    method_name: String,
}

impl AuthMetadataContext {
    pub(crate) fn new(authority: &str, path: &str) -> Self {
        let (service, method) = path.rsplit_once('/').unwrap_or(("", path));
        // As in C-core, the port is told unless it is the one of https.
        let authority = authority.strip_suffix(":443").unwrap_or(authority);
        Self {
            service_url: format!("https://{authority}{service}"),
            method_name: method.to_owned(),
        }
    }

    /// `https://host:port/package.Service`.
    pub fn service_url(&self) -> &str {
        &self.service_url
    }

    /// `Method`.
    pub fn method_name(&self) -> &str {
        &self.method_name
    }
}

type BoxError = Box<dyn Error + Send + Sync>;
type Fetching = Pin<Box<dyn Future<Output = Result<Metadata, BoxError>> + Send>>;

/// A plugin, whatever its type.
trait Source: Send + Sync {
    fn fetch(self: Arc<Self>, context: AuthMetadataContext) -> Fetching;
}

impl<P: AuthMetadataPlugin> Source for P {
    fn fetch(self: Arc<Self>, context: AuthMetadataContext) -> Fetching {
        Box::pin(async move { self.metadata(context).await })
    }
}

impl CallCredentials {
    fn of(plugin: impl AuthMetadataPlugin) -> Self {
        let plugin: Arc<dyn Source> = Arc::new(plugin);
        Self {
            parts: Arc::new([plugin]),
        }
    }

    /// Both, or the one that is there.
    pub(crate) fn join(first: Option<&Self>, second: Option<&Self>) -> Option<Self> {
        match (first, second) {
            (Some(first), Some(second)) => {
                Some(composite_call_credentials([first.clone(), second.clone()]))
            }
            (one, other) => one.or(other).cloned(),
        }
    }

    /// The metadata for a call; an error is what the call ends with.
    pub(crate) async fn fetch(
        self,
        context: AuthMetadataContext,
    ) -> Result<Metadata, (StatusCode, String)> {
        let mut metadata = Metadata::new();
        for part in &*self.parts {
            let fetched = guarded(|| part.clone().fetch(context.clone())).await;
            let fetched = fetched.map_err(|error| {
                let text = format!("Getting metadata from plugin failed with error: {error}");
                (StatusCode::Unavailable, text)
            })?;
            metadata.extend(fetched);
        }
        if header::write(metadata.clone(), &mut HeaderMap::new()).is_err() {
            return Err((StatusCode::Unavailable, "Illegal metadata".to_owned()));
        }
        Ok(metadata)
    }
}

impl fmt::Debug for CallCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Never what they say: it is secret.
        f.debug_struct("CallCredentials").finish_non_exhaustive()
    }
}

/// Runs a plugin, so that its panic is an error of the call.
async fn guarded(begin: impl FnOnce() -> Fetching) -> Result<Metadata, BoxError> {
    let Ok(mut fetching) = catch_unwind(AssertUnwindSafe(begin)) else {
        return Err("plugin raised".into());
    };
    std::future::poll_fn(
        |cx| match catch_unwind(AssertUnwindSafe(|| fetching.as_mut().poll(cx))) {
            Ok(poll) => poll,
            Err(_) => std::task::Poll::Ready(Err("plugin raised".into())),
        },
    )
    .await
}
