//! What is asked of reflection and what it answers, whatever the version of the protocol.

use std::collections::HashSet;

use prost::Message;
use rustgrpc_protobuf::{DescriptorPool, FileDescriptor};

use super::{v1, v1alpha};
use crate::StatusCode;

#[derive(Debug)]
pub(super) struct Database {
    service_names: Vec<String>,
    pool: DescriptorPool,
}

#[derive(Debug)]
pub(super) enum Query<'a> {
    FileByFilename(&'a str),
    FileContainingSymbol(&'a str),
    FileContainingExtension { message: &'a str, number: i32 },
    AllExtensionNumbersOfType(&'a str),
    ListServices,
}

#[derive(Debug)]
pub(super) enum Answer {
    /// Serialized, the one that was asked for first, with all that it imports.
    Files(Vec<Vec<u8>>),
    ExtensionNumbers {
        message: String,
        numbers: Vec<i32>,
    },
    Services(Vec<String>),
    Error(StatusCode),
}

impl Database {
    pub(super) fn new(mut service_names: Vec<String>, mut pool: DescriptorPool) -> Self {
        service_names.sort();
        pool.add(&v1::reflection_pb2::DESCRIPTOR);
        pool.add(&v1alpha::reflection_pb2::DESCRIPTOR);
        Self {
            service_names,
            pool,
        }
    }

    pub(super) fn answer(&self, query: &Query<'_>) -> Answer {
        let found = match *query {
            Query::ListServices => Some(Answer::Services(self.service_names.clone())),
            Query::FileByFilename(name) => self.pool.file(name).map(files),
            Query::FileContainingSymbol(name) => self.pool.file_containing(name).map(files),
            Query::FileContainingExtension { message, number } => self.extension(message, number),
            Query::AllExtensionNumbersOfType(message) => self.extension_numbers(message),
        };
        found.unwrap_or(Answer::Error(StatusCode::NotFound))
    }

    fn extension(&self, message: &str, number: i32) -> Option<Answer> {
        let number = number.try_into().ok()?;
        let extension = self.pool.extension_by_number(message, number)?;
        Some(files(extension.file()))
    }

    fn extension_numbers(&self, message: &str) -> Option<Answer> {
        let message = self.pool.message(message)?.full_name().to_owned();
        let numbers = self.pool.extensions_of(&message);
        Some(Answer::ExtensionNumbers {
            numbers: numbers
                .iter()
                .filter_map(|field| field.number().try_into().ok())
                .collect(),
            message,
        })
    }
}

fn files(file: &FileDescriptor) -> Answer {
    let mut seen = HashSet::new();
    let mut files = Vec::new();
    collect(file, &mut seen, &mut files);
    Answer::Files(files)
}

fn collect<'a>(file: &'a FileDescriptor, seen: &mut HashSet<&'a str>, files: &mut Vec<Vec<u8>>) {
    if !seen.insert(file.name()) {
        return;
    }
    files.push(file.proto().encode_to_vec());
    for import in file.dependencies() {
        collect(import, seen, files);
    }
}
