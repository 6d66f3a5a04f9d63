//! The beginning: prost and tonic.

use std::error::Error;

use library::library_client::LibraryClient;
use library::library_server::{Library, LibraryServer};
use library::{Author, Book, GetBookRequest, Language, ListBooksRequest};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

#[allow(clippy::all, clippy::pedantic, reason = "generated")]
mod library {
    include!(concat!(env!("OUT_DIR"), "/tonic/library.rs"));
}

struct Shelf;

fn book(id: i32, title: &str, author: &str, language: Language) -> Book {
    Book {
        id,
        title: title.to_owned(),
        author: Some(Author {
            name: author.to_owned(),
        }),
        language: language as i32,
    }
}

fn books() -> Vec<Book> {
    vec![
        book(1, "Emma", "Jane Austen", Language::English),
        book(2, "Candide", "Voltaire", Language::French),
        book(3, "Persuasion", "Jane Austen", Language::English),
    ]
}

#[tonic::async_trait]
impl Library for Shelf {
    async fn get_book(&self, request: Request<GetBookRequest>) -> Result<Response<Book>, Status> {
        let id = request.into_inner().id;
        match books().into_iter().find(|book| book.id == id) {
            Some(book) => Ok(Response::new(book)),
            None => Err(Status::not_found(format!("no book {id}"))),
        }
    }

    type ListBooksStream = tokio_stream::Iter<std::vec::IntoIter<Result<Book, Status>>>;

    async fn list_books(
        &self,
        request: Request<ListBooksRequest>,
    ) -> Result<Response<Self::ListBooksStream>, Status> {
        let language = Language::from_str_name(&request.into_inner().language)
            .ok_or_else(|| Status::invalid_argument("no such language"))?;
        let found: Vec<_> = books()
            .into_iter()
            .filter(|book| book.language == language as i32)
            .map(Ok)
            .collect();
        Ok(Response::new(tokio_stream::iter(found)))
    }
}

pub async fn serve() -> Result<u16, Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    let server = tonic::transport::Server::builder()
        .add_service(LibraryServer::new(Shelf))
        .serve_with_incoming(TcpListenerStream::new(listener));
    tokio::spawn(server);
    Ok(port)
}

pub async fn call(port: u16) -> Result<Vec<String>, Box<dyn Error>> {
    let mut seen = Vec::new();
    let mut client = LibraryClient::connect(format!("http://127.0.0.1:{port}")).await?;
    let book = client
        .get_book(GetBookRequest { id: 2 })
        .await?
        .into_inner();
    seen.push(format!(
        "{} by {}",
        book.title,
        book.author.unwrap_or_default().name
    ));
    let request = ListBooksRequest {
        language: "LANGUAGE_ENGLISH".to_owned(),
    };
    let mut books = client.list_books(request).await?.into_inner();
    while let Some(book) = books.message().await? {
        seen.push(book.title);
    }
    if let Err(status) = client.get_book(GetBookRequest { id: 9 }).await {
        seen.push(format!("{:?}: {}", status.code(), status.message()));
    }
    Ok(seen)
}
