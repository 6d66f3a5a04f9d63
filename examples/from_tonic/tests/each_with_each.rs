//! Every step's client sees the same at every step's server.

use from_tonic::{step1, step2, step3};

#[tokio::test]
async fn every_client_understands_every_server() {
    let expected = [
        "Candide by Voltaire",
        "Emma",
        "Persuasion",
        "NotFound: no book 9",
    ];
    let ports = [
        step1::serve().await.unwrap(),
        step2::serve().await.unwrap(),
        step3::serve().await.unwrap(),
    ];
    for port in ports {
        assert_eq!(step1::call(port).await.unwrap(), expected);
        assert_eq!(step2::call(port).await.unwrap(), expected);
        assert_eq!(step3::call(port).await.unwrap(), expected);
    }
}
