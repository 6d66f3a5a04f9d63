//! The paths of a field mask as a tree: a path that ends in a node covers all below it.

use std::collections::BTreeMap;

/// A node; one without children is a path's end and covers everything.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) children: BTreeMap<String, Tree>,
}

impl Tree {
    pub(super) fn of(paths: &[String]) -> Self {
        let mut tree = Self::default();
        paths.iter().for_each(|path| tree.add(path));
        tree
    }

    /// Adds a path, unless it is covered; what it covers is dropped.
    pub(super) fn add(&mut self, path: &str) {
        let mut node = self;
        for name in path.split('.') {
            if let Some(child) = node.children.get(name)
                && child.children.is_empty()
            {
                return;
            }
            node = node.children.entry(name.to_owned()).or_default();
        }
        node.children.clear();
    }

    /// What of `path` this tree covers, and what of this tree `path` covers, into `output`.
    pub(super) fn intersect(&self, path: &str, output: &mut Self) {
        let mut node = self;
        for name in path.split('.') {
            match node.children.get(name) {
                None => return,
                Some(child) if child.children.is_empty() => return output.add(path),
                Some(child) => node = child,
            }
        }
        let mut below = Vec::new();
        node.gather(path, &mut below);
        below.iter().for_each(|path| output.add(path));
    }

    /// The paths in alphabetical order.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        for (name, child) in &self.children {
            child.gather(name, &mut paths);
        }
        paths
    }

    // Neither by recursion nor with a text per level: a path may be as long as a message.
    fn gather(&self, prefix: &str, paths: &mut Vec<String>) {
        let mut path = prefix.to_owned();
        let mut waiting = vec![(path.len(), "", self)];
        while let Some((length, name, node)) = waiting.pop() {
            path.truncate(length);
            path.push_str(if name.is_empty() { "" } else { "." });
            path.push_str(name);
            if node.children.is_empty() {
                paths.push(path.clone());
            }
            let children = node.children.iter().rev();
            waiting.extend(children.map(|(name, child)| (path.len(), name.as_str(), child)));
        }
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let mut waiting: Vec<_> = std::mem::take(&mut self.children).into_values().collect();
        while let Some(mut node) = waiting.pop() {
            waiting.extend(std::mem::take(&mut node.children).into_values());
        }
    }
}
