//! The service has moved, too: no tonic any more.

use std::error::Error;

use crate::library_pb2::{Author, Book, GetBookRequest, Language, ListBooksRequest};
use crate::library_pb2_grpc::{LibraryServicer, LibraryStub, add_library_servicer_to_server};
use grpc::{ServicerContext, Status, StatusCode, Stream};
use rustgrpc as grpc;

struct Shelf;

fn book(id: i32, title: &str, author: &str, language: Language) -> Book {
    Book::new()
        .with_id(id)
        .with_title(title)
        .with_author(Author::new().with_name(author))
        .with_language(language)
}

fn books() -> Vec<Book> {
    vec![
        book(1, "Emma", "Jane Austen", Language::ENGLISH),
        book(2, "Candide", "Voltaire", Language::FRENCH),
        book(3, "Persuasion", "Jane Austen", Language::ENGLISH),
    ]
}

impl LibraryServicer for Shelf {
    async fn get_book(
        &self,
        request: GetBookRequest,
        context: ServicerContext,
    ) -> Result<Book, Status> {
        match books().into_iter().find(|book| book.id == request.id) {
            Some(book) => Ok(book),
            None => context.abort(StatusCode::NotFound, format!("no book {}", request.id)),
        }
    }

    fn list_books(
        &self,
        request: ListBooksRequest,
        _context: ServicerContext,
    ) -> impl Stream<Item = Result<Book, Status>> + Send {
        grpc::stream! {
            let language = Language::from_name(&request.language)
                .ok_or_else(|| Status::new(StatusCode::InvalidArgument, "no such language"))?;
            for book in books().into_iter().filter(|book| book.language == language) {
                yield book;
            }
        }
    }
}

pub async fn serve() -> Result<u16, Box<dyn Error>> {
    let mut server = grpc::aio::server();
    add_library_servicer_to_server(Shelf, &mut server);
    let port = server.add_insecure_port("127.0.0.1:0")?;
    server.start().await?;
    tokio::spawn(async move { server.wait_for_termination().await });
    Ok(port)
}

pub async fn call(port: u16) -> Result<Vec<String>, Box<dyn Error>> {
    let mut seen = Vec::new();
    let channel = grpc::aio::insecure_channel(format!("127.0.0.1:{port}"));
    let stub = LibraryStub::new(&channel);
    let book = stub.get_book(GetBookRequest::new().with_id(2)).await?;
    seen.push(format!("{} by {}", book.title, book.author().name));
    let request = ListBooksRequest::new().with_language("LANGUAGE_ENGLISH");
    let mut books = stub.list_books(request);
    while let Some(book) = books.next().await? {
        seen.push(book.title);
    }
    if let Err(error) = stub.get_book(GetBookRequest::new().with_id(9)).await {
        seen.push(format!("{:?}: {}", error.code(), error.details()));
    }
    Ok(seen)
}
