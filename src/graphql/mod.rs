//! The GraphQL transport: spelling and nothing else; rules live in `domain`, writes in `service`.

pub mod scalar;
