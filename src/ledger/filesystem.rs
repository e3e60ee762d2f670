//! Which filesystems a ledger may live on: those where SQLite's locks and shared memory hold.
#![allow(clippy::disallowed_methods, reason = "reads the kernel's list of mounts")]

use super::error::{ErrorKind, LedgerError};
use std::path::Path;

/// Refuses a file, there already or yet to be made, on a network filesystem.
pub(super) fn refuse_network(path: &Path) -> Result<(), LedgerError> {
    let Some(kind) = network_kind(path) else { return Ok(()) };
    Err(LedgerError::new(
        ErrorKind::Network,
        path,
        format!(
            "this is on a network filesystem ({kind}), where the locks of several processes do not hold"
        ),
        "choose a folder on a local disk with --data; --copy-to may point to the network",
    ))
}

/// Name of the network filesystem that holds `path`; none for a local one, or an unknown.
fn network_kind(path: &Path) -> Option<&'static str> {
    // A file yet to be made is where its folder is, and a link where it points.
    let there = path.ancestors().find(|p| p.exists())?;
    let info = rustix::fs::statfs(there).ok()?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        // The type is a small constant whose width and sign differ between architectures.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::unnecessary_cast)]
        let magic = info.f_type as u32;
        by_magic(magic)
            .or_else(|| if magic == FUSE { by_fuse_name(&mounted_as(there)?) } else { None })
    }
    #[cfg(target_vendor = "apple")]
    {
        const MNT_LOCAL: u32 = 0x1000;
        (info.f_flags & MNT_LOCAL == 0).then_some("not local")
    }
    #[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
    {
        let _ = info;
        None
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const FUSE: u32 = 0x6573_5546;

/// `f_type` of statfs(2). Not 9p: containers and virtual machines have their root on it.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn by_magic(magic: u32) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0x517b => "SMB",
        0xfe53_4d42 => "SMB2",
        0xff53_4d42 => "CIFS",
        0x564c => "NCP",
        0x5346_414f | 0x6b41_4653 => "AFS",
        0x7375_7245 => "Coda",
        0x00c3_6400 => "Ceph",
        0x0bd0_0bd0 => "Lustre",
        0x0116_1970 => "GFS2",
        0x7461_636f => "OCFS2",
        _ => return None,
    })
}

/// FUSE serves local disks (NTFS, overlays of containers) as well as remote ones: only those known
/// to be remote count.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn by_fuse_name(kind: &str) -> Option<&'static str> {
    const REMOTE: [&str; 14] = [
        "sshfs",
        "s3fs",
        "rclone",
        "gcsfuse",
        "glusterfs",
        "davfs",
        "curlftpfs",
        "smbnetfs",
        "gvfsd-fuse",
        "goofys",
        "ceph-fuse",
        "blobfuse",
        "google-drive-ocamlfuse",
        "onedriver",
    ];
    REMOTE.into_iter().find(|name| kind == *name || kind.strip_prefix("fuse.") == Some(name))
}

/// The mount's type as `/proc/self/mountinfo` has it, such as `fuse.sshfs`.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn mounted_as(path: &Path) -> Option<String> {
    let device = rustix::fs::stat(path).ok()?.st_dev;
    let device = format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device));
    let table = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    fuse_type(&table, &device)
}

/// In a line of mountinfo, the third word is the device, and the type follows a lone dash.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn fuse_type(table: &str, device: &str) -> Option<String> {
    let line = table.lines().find(|line| line.split(' ').nth(2) == Some(device))?;
    line.split(' ').skip_while(|word| *word != "-").nth(1).map(str::to_owned)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn remote_filesystems_are_told_from_local_ones() {
        let (ext4, tmpfs, overlay, btrfs, nine_p) =
            (0xef53, 0x0102_1994, 0x794c_7630, 0x9123_683e, 0x0102_1997);
        for local in [ext4, tmpfs, overlay, btrfs, nine_p, FUSE] {
            assert_eq!(by_magic(local), None, "{local:x}");
        }
        assert_eq!(by_magic(0x6969), Some("NFS"));
        assert_eq!(by_magic(0xff53_4d42), Some("CIFS"));
    }

    #[test]
    fn fuse_is_remote_only_where_its_name_says_so() {
        let table = "36 35 0:50 / /mnt/a rw,noatime shared:1 - fuse.sshfs ana@host: rw\n\
                     37 35 0:51 / /mnt/b rw - fuse.fuse-overlayfs overlay rw\n";
        assert_eq!(fuse_type(table, "0:50").as_deref().and_then(by_fuse_name), Some("sshfs"));
        assert_eq!(fuse_type(table, "0:51").as_deref().and_then(by_fuse_name), None);
        assert_eq!(fuse_type(table, "0:52"), None);
    }

    #[test]
    fn a_file_yet_to_be_made_is_judged_by_its_folder() {
        assert_eq!(refuse_network(&std::env::temp_dir().join("no/such/run.golive")), Ok(()));
    }
}
