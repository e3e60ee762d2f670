//! Evidence as the command line names it: a link, or a file of which name and hash are kept.

use super::error::CommandError;
use super::files;
use crate::run::Evidence;
use std::path::Path;

/// Takes `word` for a link where it begins like one, else for a file.
pub fn of(word: &str) -> Result<Evidence, CommandError> {
    if ["https://", "http://", "mailto:"].iter().any(|scheme| word.starts_with(scheme)) {
        return Ok(Evidence::Link { url: word.to_owned() });
    }
    let path = Path::new(word);
    let sha256 = files::sha256_of_file(path).map_err(|error| {
        error.hint("evidence is a link that begins with https://, or a file that is there")
    })?;
    let name = path.file_name().map_or(word.into(), |name| name.to_string_lossy());
    Ok(Evidence::File { name: name.into_owned(), sha256 })
}
