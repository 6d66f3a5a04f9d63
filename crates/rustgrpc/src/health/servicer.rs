//! The servicer, and the statuses that it tells.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::health_pb2_grpc;
use super::{
    HealthCheckRequest, HealthCheckResponse, HealthListRequest, HealthListResponse, OVERALL_HEALTH,
    ServingStatus,
};
use crate::{ServicerContext, Status, StatusCode, Stream};

/// Tells the health of services. Python's `grpc_health.v1.health.HealthServicer`.
///
/// The server as a whole (the empty name) is SERVING from the start; of a service nothing is known until it is
/// [`set`](Self::set). A clone is the same servicer: keep one to set statuses while the server runs. On a server with a
/// thread pool, each caller of `Watch` keeps one of its threads.
#[derive(Clone, Debug)]
pub struct HealthServicer {
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    statuses: BTreeMap<String, ServingStatus>,
    /// Services that someone watches, known or not.
    watched: HashMap<String, Watched>,
    shutting_down: bool,
}

#[derive(Debug)]
struct Watched {
    status: watch::Sender<ServingStatus>,
    watchers: usize,
}

impl HealthServicer {
    /// A servicer that knows the server as a whole, as SERVING.
    pub fn new() -> Self {
        let statuses = BTreeMap::from([(OVERALL_HEALTH.to_owned(), ServingStatus::SERVING)]);
        Self {
            state: Arc::new(Mutex::new(State {
                statuses,
                watched: HashMap::new(),
                shutting_down: false,
            })),
        }
    }

    /// Sets the status of a service and tells those who watch it, also when it is what it was. Those who are slow to read
    /// get the last one.
    ///
    /// Has no effect after [`enter_graceful_shutdown`](Self::enter_graceful_shutdown).
    pub fn set(&self, service: impl Into<String>, status: ServingStatus) {
        let mut state = self.state();
        if !state.shutting_down {
            state.set(service.into(), status);
        }
    }

    /// Makes all services NOT_SERVING, for good.
    pub fn enter_graceful_shutdown(&self) {
        let mut state = self.state();
        if std::mem::replace(&mut state.shutting_down, true) {
            return;
        }
        let services: Vec<_> = state.statuses.keys().cloned().collect();
        for service in services {
            state.set(service, ServingStatus::NOT_SERVING);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watcher(&self, service: String) -> Watcher {
        let mut state = self.state();
        let known = state.statuses.get(&service).copied();
        let watched = state.watched.entry(service.clone()).or_insert_with(|| {
            let status = known.unwrap_or(ServingStatus::SERVICE_UNKNOWN);
            Watched {
                status: watch::Sender::new(status),
                watchers: 0,
            }
        });
        watched.watchers += 1;
        let mut receiver = watched.status.subscribe();
        receiver.mark_changed();
        Watcher {
            servicer: self.clone(),
            service,
            receiver,
        }
    }
}

impl Default for HealthServicer {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    fn set(&mut self, service: String, status: ServingStatus) {
        if let Some(watched) = self.watched.get(&service) {
            watched.status.send_replace(status);
        }
        self.statuses.insert(service, status);
    }
}

impl health_pb2_grpc::HealthServicer for HealthServicer {
    async fn check(
        &self,
        request: HealthCheckRequest,
        context: ServicerContext,
    ) -> Result<HealthCheckResponse, Status> {
        let status = self.state().statuses.get(&request.service).copied();
        match status {
            Some(status) => Ok(HealthCheckResponse::new().with_status(status)),
            None => context.abort(StatusCode::NotFound, ""),
        }
    }

    async fn list(
        &self,
        _request: HealthListRequest,
        _context: ServicerContext,
    ) -> Result<HealthListResponse, Status> {
        let state = self.state();
        let statuses = state.statuses.iter();
        Ok(
            HealthListResponse::new().with_statuses(statuses.map(|(service, status)| {
                let response = HealthCheckResponse::new().with_status(*status);
                (service.clone(), response)
            })),
        )
    }

    fn watch(
        &self,
        request: HealthCheckRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<HealthCheckResponse, Status>> + Send {
        let mut watcher = self.watcher(request.service);
        crate::stream! {
            while watcher.receiver.changed().await.is_ok() {
                let status = *watcher.receiver.borrow_and_update();
                yield HealthCheckResponse::new().with_status(status);
            }
        }
    }
}

/// One who watches. With the last one of a service, nothing is kept for it.
struct Watcher {
    servicer: HealthServicer,
    service: String,
    receiver: watch::Receiver<ServingStatus>,
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let mut state = self.servicer.state();
        if let Some(watched) = state.watched.get_mut(&self.service) {
            watched.watchers -= 1;
            if watched.watchers == 0 {
                state.watched.remove(&self.service);
            }
        }
    }
}
