//! Every channel, subchannel, server and socket of the process, by its number.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::nodes::{ChannelNode, ServerNode, SocketNode, SubchannelNode};

static NUMBERS: AtomicI64 = AtomicI64::new(1);
static ENTITIES: Mutex<BTreeMap<i64, Entity>> = Mutex::new(BTreeMap::new());

/// Something that has a number. It is kept alive by whom it counts for, not by the registry.
#[derive(Clone, Debug)]
pub(super) enum Entity {
    Channel(Weak<ChannelNode>),
    Subchannel(Weak<SubchannelNode>),
    Server(Weak<ServerNode>),
    Socket(Weak<SocketNode>),
}

/// A number in use; it is given back when this is dropped.
#[derive(Debug)]
pub(crate) struct Entry(i64);

impl Entry {
    pub(crate) fn id(&self) -> i64 {
        self.0
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        entities().remove(&self.0);
    }
}

pub(super) fn register<T>(
    make: impl FnOnce(Entry) -> T,
    entity: impl FnOnce(Weak<T>) -> Entity,
) -> Arc<T> {
    let id = NUMBERS.fetch_add(1, Ordering::Relaxed);
    let node = Arc::new(make(Entry(id)));
    entities().insert(id, entity(Arc::downgrade(&node)));
    node
}

pub(super) fn find<T>(id: i64, select: impl FnOnce(&Entity) -> Option<Arc<T>>) -> Option<Arc<T>> {
    let entity = entities().get(&id).cloned();
    entity.as_ref().and_then(select)
}

/// Those from the number `start` on that `select` wants, `most` of them; and whether there are no more.
pub(super) fn page<T>(
    start: i64,
    most: usize,
    select: impl Fn(&Entity) -> Option<Arc<T>>,
) -> (Vec<Arc<T>>, bool) {
    // Whoever is looked at here may lose its last owner meanwhile, and then wants the lock to go.
    let entities: Vec<_> = entities()
        .range(start..)
        .map(|(_, it)| it.clone())
        .collect();
    let mut selected = entities.iter().filter_map(select);
    let page: Vec<_> = selected.by_ref().take(most).collect();
    (page, selected.next().is_none())
}

pub(super) fn all<T>(select: impl Fn(&Entity) -> Option<Arc<T>>) -> Vec<Arc<T>> {
    page(0, usize::MAX, select).0
}

fn entities() -> MutexGuard<'static, BTreeMap<i64, Entity>> {
    ENTITIES.lock().unwrap_or_else(PoisonError::into_inner)
}
