//! Every text of a report in turn, so that none is forgotten when names are replaced: a type of the
//! model that is not walked does not compile.

use crate::report::section::Section;
use crate::run::{AutomationResult, Mode, NoteKind, Outcome, RunStatus, StepStatus, Time, Vote};
use crate::runbook::{Role, StepKind};

/// Something with texts in it.
pub trait Walk {
    /// Shows each text to `each`, which may replace it, with the field it stands in
    /// (`Decision.by`); `field` is where this itself stands.
    fn walk(&mut self, field: &'static str, each: &mut dyn FnMut(&'static str, &mut String));
}

impl Walk for String {
    fn walk(&mut self, field: &'static str, each: &mut dyn FnMut(&'static str, &mut String)) {
        each(field, self);
    }
}

impl<T: Walk> Walk for Option<T> {
    fn walk(&mut self, field: &'static str, each: &mut dyn FnMut(&'static str, &mut String)) {
        if let Some(inner) = self {
            inner.walk(field, each);
        }
    }
}

impl<T: Walk> Walk for Vec<T> {
    fn walk(&mut self, field: &'static str, each: &mut dyn FnMut(&'static str, &mut String)) {
        for inner in self {
            inner.walk(field, each);
        }
    }
}

macro_rules! no_text_in {
    ($($kind:ty),* $(,)?) => {
        $( impl $crate::report::model::Walk for $kind {
            fn walk(&mut self, _: &'static str, _: &mut dyn FnMut(&'static str, &mut String)) {}
        } )*
    };
}
pub(crate) use no_text_in;

no_text_in!(
    bool,
    u32,
    u64,
    i64,
    usize,
    f64,
    Time,
    Section,
    Mode,
    NoteKind,
    Outcome,
    RunStatus,
    StepStatus,
    StepKind,
    Role,
    Vote,
    AutomationResult,
);

/// Declares types of the model: they serialize, have a schema, and are walked field by field.
macro_rules! model {
    ($( $(#[$about:meta])* pub struct $name:ident {
        $( $(#[$field_about:meta])* pub $field:ident: $kind:ty, )*
    } )*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
            pub struct $name {
                $( $(#[$field_about])* pub $field: $kind, )*
            }

            impl $crate::report::model::Walk for $name {
                fn walk(
                    &mut self,
                    _: &'static str,
                    each: &mut dyn FnMut(&'static str, &mut String),
                ) {
                    $( $crate::report::model::Walk::walk(
                        &mut self.$field,
                        concat!(stringify!($name), ".", stringify!($field)),
                        each,
                    ); )*
                }
            }
        )*
    };
}
pub(crate) use model;

/// Declares words of the model: they serialize as they are written here, and have no text in them.
macro_rules! words {
    ($( $(#[$about:meta])* pub enum $name:ident {
        $( $(#[$variant_about:meta])* $variant:ident = $word:literal, )*
    } )*) => {
        $(
            $(#[$about])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, schemars::JsonSchema)]
            #[serde(rename_all = "snake_case")]
            pub enum $name {
                $( $(#[$variant_about])* $variant, )*
            }

            impl $name {
                /// As people read it.
                pub fn word(self) -> &'static str {
                    match self { $( Self::$variant => $word, )* }
                }
            }

            $crate::report::model::walk::no_text_in!($name);
        )*
    };
}
pub(crate) use words;

#[cfg(test)]
mod tests {
    use super::*;

    model! {
        /// A test.
        pub struct Inner {
            /// A text.
            pub text: String,
        }
        /// A test.
        pub struct Outer {
            /// A number.
            pub number: u64,
            /// Texts.
            pub inner: Vec<Inner>,
            /// A text.
            pub maybe: Option<String>,
        }
    }

    #[test]
    fn every_text_is_met_however_deep() {
        let inner = vec![Inner { text: "a".to_owned() }, Inner { text: "b".to_owned() }];
        let mut outer = Outer { number: 1, inner, maybe: Some("c".to_owned()) };
        let mut fields = Vec::new();
        outer.walk("", &mut |field, text| {
            fields.push(field);
            text.make_ascii_uppercase();
        });
        assert_eq!(fields, ["Inner.text", "Inner.text", "Outer.maybe"]);
        assert_eq!((&*outer.inner[0].text, &*outer.inner[1].text), ("A", "B"));
        assert_eq!(outer.maybe.as_deref(), Some("C"));
    }
}
