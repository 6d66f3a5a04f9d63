//! Which messages contain themselves: there a field needs a `Box`.

use std::collections::HashMap;

use crate::descriptor::{self, DescriptorProto, FieldType};
use crate::request;

/// For each message its strongly connected component in the graph of singular message fields.
#[derive(Default)]
pub(super) struct Cycles {
    components: HashMap<String, usize>,
}

impl Cycles {
    pub(super) fn find(files: &[request::File<'_>]) -> Self {
        let mut graph = Graph::default();
        for file in files {
            let prefix = match file.proto.package() {
                "" => String::new(),
                package => format!(".{package}"),
            };
            graph.add(&prefix, &file.proto.message_type);
        }
        let components = graph.components();
        let components = graph
            .numbers
            .into_iter()
            .map(|(name, node)| (name, components[node]))
            .collect();
        Self { components }
    }

    /// Whether a field of type `field` in `message` leads back to `message`; names with leading dots.
    pub(super) fn contains(&self, message: &str, field: &str) -> bool {
        let component = self.components.get(message);
        component.is_some() && component == self.components.get(field)
    }
}

#[derive(Default)]
struct Graph<'a> {
    numbers: HashMap<String, usize>,
    messages: Vec<&'a DescriptorProto>,
}

impl<'a> Graph<'a> {
    fn add(&mut self, prefix: &str, messages: &'a [DescriptorProto]) {
        for message in messages {
            let name = format!("{prefix}.{}", message.name());
            self.add(&name, &message.nested_type);
            self.numbers.insert(name, self.messages.len());
            self.messages.push(message);
        }
    }

    /// Tarjan's algorithm, with its stack on the heap since messages may form a long chain.
    fn components(&self) -> Vec<usize> {
        let edges: Vec<Vec<usize>> = self.messages.iter().map(|m| self.edges(m)).collect();
        let count = edges.len();
        let mut components = vec![usize::MAX; count];
        let mut order = vec![usize::MAX; count];
        let mut low = vec![0; count];
        let (mut next, mut open) = (0, Vec::new());
        for root in 0..count {
            let mut calls = vec![(root, 0)];
            while let Some((node, edge)) = calls.pop() {
                if edge == 0 {
                    if order[node] != usize::MAX {
                        continue;
                    }
                    (order[node], low[node]) = (next, next);
                    next += 1;
                    open.push(node);
                }
                if let Some(&target) = edges[node].get(edge) {
                    calls.push((node, edge + 1));
                    calls.push((target, 0));
                    continue;
                }
                for &target in &edges[node] {
                    if components[target] == usize::MAX {
                        low[node] = low[node].min(low[target]);
                    }
                }
                if low[node] == order[node] {
                    while let Some(member) = open.pop() {
                        components[member] = node;
                        if member == node {
                            break;
                        }
                    }
                }
            }
        }
        components
    }

    fn edges(&self, message: &DescriptorProto) -> Vec<usize> {
        message
            .field
            .iter()
            .filter(|field| !descriptor::is_repeated(field))
            .filter(|field| {
                matches!(
                    FieldType::of(field),
                    None | Some(FieldType::Message | FieldType::Group)
                )
            })
            .filter_map(|field| self.numbers.get(field.type_name()).copied())
            .collect()
    }
}
