//! A page read as a browser's parser reads it (WHATWG HTML, through html5ever).
#![allow(clippy::indexing_slicing, reason = "a test that cannot go on stops")]

use html5ever::driver::ParseOpts;
use html5ever::tendril::TendrilSink;
use html5ever::tree_builder::TreeBuilderOpts;

/// The errors of a page, and its elements with those attributes that may lead outside.
pub fn html_errors(page: &str) -> (Vec<String>, Vec<String>) {
    let opts = ParseOpts {
        tree_builder: TreeBuilderOpts { exact_errors: true, ..Default::default() },
        ..Default::default()
    };
    let parsed = html5ever::parse_document(sink::Sink::default(), opts).one(page);
    (parsed.errors, parsed.elements)
}

/// What the parser of a browser makes of a page: its errors, and the elements it sees.
mod sink {
    use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
    use html5ever::tendril::StrTendril;
    use html5ever::{Attribute, ExpandedName, QualName};
    use std::borrow::Cow;
    use std::cell::RefCell;

    #[derive(Default)]
    pub struct Sink {
        /// For good: a test ends soon, and whoever asks for a name borrows it.
        names: RefCell<Vec<&'static QualName>>,
        errors: RefCell<Vec<String>>,
        elements: RefCell<Vec<String>>,
    }

    pub struct Parsed {
        pub errors: Vec<String>,
        pub elements: Vec<String>,
    }

    impl Sink {
        fn add(&self, name: QualName) -> usize {
            self.names.borrow_mut().push(Box::leak(Box::new(name)));
            self.names.borrow().len()
        }
    }

    impl TreeSink for Sink {
        type Handle = usize;
        type Output = Parsed;
        type ElemName<'a> = ExpandedName<'a>;

        fn finish(self) -> Parsed {
            Parsed { errors: self.errors.into_inner(), elements: self.elements.into_inner() }
        }
        fn parse_error(&self, msg: Cow<'static, str>) {
            self.errors.borrow_mut().push(msg.into_owned());
        }
        fn get_document(&self) -> usize {
            0
        }
        fn elem_name<'a>(&'a self, target: &'a usize) -> ExpandedName<'a> {
            self.names.borrow()[target - 1].expanded()
        }
        fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> usize {
            let mut said = name.local.to_string();
            for attr in &attrs {
                said += &format!(" {}", attr.name.local);
                if matches!(&*attr.name.local, "href" | "src" | "action" | "content") {
                    said += &format!("={}", attr.value);
                }
            }
            self.elements.borrow_mut().push(said);
            self.add(name)
        }
        fn create_comment(&self, _: StrTendril) -> usize {
            self.elements.borrow_mut().push("comment".to_owned());
            usize::MAX
        }
        fn create_pi(&self, _: StrTendril, _: StrTendril) -> usize {
            usize::MAX
        }
        fn append(&self, _: &usize, _: NodeOrText<usize>) {}
        fn append_based_on_parent_node(&self, _: &usize, _: &usize, _: NodeOrText<usize>) {}
        fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}
        fn get_template_contents(&self, target: &usize) -> usize {
            *target
        }
        fn same_node(&self, x: &usize, y: &usize) -> bool {
            x == y
        }
        fn set_quirks_mode(&self, mode: QuirksMode) {
            if mode != QuirksMode::NoQuirks {
                self.errors.borrow_mut().push("quirks mode".to_owned());
            }
        }
        fn append_before_sibling(&self, _: &usize, _: NodeOrText<usize>) {}
        fn add_attrs_if_missing(&self, _: &usize, _: Vec<Attribute>) {}
        fn remove_from_parent(&self, _: &usize) {}
        fn reparent_children(&self, _: &usize, _: &usize) {}
    }
}
