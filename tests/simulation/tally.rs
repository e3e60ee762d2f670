//! How much there was of everything that can go wrong: a simulation in which nothing does proves
//! nothing.

use std::ops::AddAssign;

/// Counts of one night, or of many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub clients: u64,
    pub lost: u64,
    pub repeated: u64,
    pub overtook: u64,
    pub partitions: u64,
    pub hub_restarts: u64,
    pub client_restarts: u64,
    pub older_disks: u64,
    pub rebuilt: u64,
    pub clocks_set: u64,
    pub refused: u64,
    pub taken_back: u64,
    pub conflicts: u64,
    pub corrections: u64,
}

impl Tally {
    /// Every count with its name.
    pub fn all(&self) -> [(&'static str, u64); 14] {
        [
            ("clients", self.clients),
            ("messages lost", self.lost),
            ("messages repeated", self.repeated),
            ("messages that overtook others", self.overtook),
            ("partitions", self.partitions),
            ("restarts of a hub", self.hub_restarts),
            ("restarts of a client", self.client_restarts),
            ("older copies of a disk", self.older_disks),
            ("hubs rebuilt from ledgers", self.rebuilt),
            ("clocks set", self.clocks_set),
            ("entries refused", self.refused),
            ("agreed entries taken back", self.taken_back),
            ("conflicts", self.conflicts),
            ("corrections", self.corrections),
        ]
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.clients += other.clients;
        self.lost += other.lost;
        self.repeated += other.repeated;
        self.overtook += other.overtook;
        self.partitions += other.partitions;
        self.hub_restarts += other.hub_restarts;
        self.client_restarts += other.client_restarts;
        self.older_disks += other.older_disks;
        self.rebuilt += other.rebuilt;
        self.clocks_set += other.clocks_set;
        self.refused += other.refused;
        self.taken_back += other.taken_back;
        self.conflicts += other.conflicts;
        self.corrections += other.corrections;
    }
}
