//! The document of the API, made from the table of routes and the types they carry.

use super::answer::json;
use super::auth::{COOKIE, Need};
use super::routes::{Body, Route};
use super::tables;
use crate::sync::protocol::Problem;
use axum::response::Response;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json as value};

pub(super) async fn document() -> Response {
    json(200, &openapi())
}

/// The document as of OpenAPI 3.1.
pub fn openapi() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into())
        .into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in tables().into_iter().flatten() {
        let path = paths.entry(route.path).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(methods) = path {
            methods.insert(route.method.to_lowercase(), operation(route, &mut generator));
        }
    }
    generator.subschema_for::<Problem>();
    value!({
        "openapi": "3.1.0",
        "info": { "title": "golive hub", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer" },
                "page": { "type": "apiKey", "in": "cookie", "name": COOKIE,
                          "description": "What a page link is exchanged for" },
            },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = route
        .query
        .iter()
        .map(|(name, about)| {
            value!({ "name": name, "in": "query", "description": about,
                     "schema": { "type": kind(name) } })
        })
        .collect();
    let named = [("run", "The run's id"), ("secret", "What the link is known by")];
    for (name, about) in named {
        if route.path.contains(&format!("{{{name}}}")) {
            parameters.push(value!({ "name": name, "in": "path", "required": true,
                                     "description": about, "schema": { "type": "string" } }));
        }
    }
    let answer = content(&route.answers, generator);
    let mut operation = value!({
        "summary": route.about,
        "parameters": parameters,
        "responses": {
            "2XX": answer,
            "default": {
                "description": "A problem as of RFC 9457",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" } } },
            },
        },
        "security": match route.need {
            Need::Nothing => value!([]),
            Need::Token | Need::Lead | Need::LeadOfRun => value!([{ "token": [] }]),
            Need::Page => value!([{ "token": [] }, { "page": [] }]),
            Need::Owner => value!([{ "page": [] }]),
        },
    });
    if let (Value::Object(fields), false) = (&mut operation, matches!(route.takes, Body::None)) {
        let mut body = content(&route.takes, generator);
        if let Value::Object(body) = &mut body {
            body.insert("required".to_owned(), Value::Bool(true));
        }
        fields.insert("requestBody".to_owned(), body);
    }
    operation
}

/// Type of a query's field: places and counts are numbers.
fn kind(name: &str) -> &'static str {
    match name {
        "after" | "limit" => "integer",
        "anonymise" => "boolean",
        _ => "string",
    }
}

fn content(body: &Body, generator: &mut SchemaGenerator) -> Value {
    match body {
        Body::None => value!({ "description": "Done" }),
        Body::Text(kind) => {
            value!({ "description": kind, "content": { *kind: { "schema": { "type": "string" } } } })
        }
        Body::OneOf(kinds) => {
            let kinds = kinds();
            let each = kinds
                .iter()
                .map(|kind| ((*kind).to_owned(), value!({ "schema": { "type": "string" } })));
            value!({ "description": "One of these", "content": each.collect::<Map<_, _>>() })
        }
        Body::Json(schema) => {
            let schema = schema(generator);
            value!({ "description": "JSON", "content": { "application/json": { "schema": schema } } })
        }
    }
}
