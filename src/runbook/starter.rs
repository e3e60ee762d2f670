//! The runbook that `golive new FILE` writes.

/// A commented runbook to start from; it checks clean.
pub const STARTER: &str = include_str!("starter.toml");

#[cfg(test)]
mod tests {
    use super::STARTER;
    use crate::runbook::read;

    #[test]
    fn the_starter_checks_clean_also_with_its_comments_taken_in() {
        assert_eq!(read(STARTER).diagnostics, Vec::new());
        let keys = ["# change ", "# bridge ", "# zero_hour ", "# start ", "# window "];
        let uncommented: Vec<&str> = STARTER
            .lines()
            .map(|l| if keys.iter().any(|k| l.starts_with(k)) { &l[2..] } else { l })
            .collect();
        let text = uncommented.join("\n");
        assert_eq!(read(&text).diagnostics, Vec::new());
        assert!(read(&text).runbook.expect("a runbook").release.window.is_some());
    }
}
