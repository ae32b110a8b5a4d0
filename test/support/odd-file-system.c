// A FUSE file system that passes everything through to a folder, with the oddities of network shares, FAT drives and
// other FUSE file systems: `odd-file-system FOLDER CONTROL MOUNT` stays in the foreground until it is unmounted.
// The file CONTROL lists the oddities as words; it may be changed at any time:
// folder-sync=ERRNO, file-sync=ERRNO: fsync fails; look=ERRNO: a look at a media file (.mp4) fails, by name and by
// handle; list=ERRNO: reading a folder fails; open=ERRNO: opening an existing file fails; write=ERRNO: writing fails;
// numbers: each look gives another inode number; no-replace=ERRNO: a rename over an existing file fails;
// no-links=ERRNO: a hard link fails; no-modes=ERRNO: changes of modes, owners and times fail; coarse-times: times are
// even seconds; any-case: names differ only by more than upper and lower case; slow=MS: each call takes so long;
// no-sizes: the file system does not give its size.
#define FUSE_USE_VERSION 31
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

static const char *root, *control;

/* The number after `word=`, 1 for the bare word, 0 if the word is not in the control file. */
static int oddity(const char *word) {
  char text[512];
  int fd = open(control, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  ssize_t length = read(fd, text, sizeof text - 1);
  close(fd);
  text[length > 0 ? length : 0] = 0;
  size_t size = strlen(word);
  char *rest = text;
  for (char *one = strtok_r(text, " \n", &rest); one; one = strtok_r(NULL, " \n", &rest)) {
    if (strncmp(one, word, size)) continue;
    if (one[size] == '=') return atoi(one + size + 1);
    if (!one[size]) return 1;
  }
  return 0;
}

static void wait_if_slow(void) {
  int ms = oddity("slow");
  struct timespec time = {ms / 1000, (ms % 1000) * 1000000L};
  if (ms > 0) nanosleep(&time, NULL);
}

/* Replaces the last name of `place` by the name in its folder that differs by case alone, if there is one. */
static void find_other_case(char *place) {
  char *slash = strrchr(place, '/');
  *slash = 0;
  DIR *folder = opendir(place);
  *slash = '/';
  if (!folder) return;
  for (struct dirent *one; (one = readdir(folder));)
    if (!strcasecmp(one->d_name, slash + 1)) {
      memcpy(slash + 1, one->d_name, strlen(one->d_name));
      break;
    }
  closedir(folder);
}

/* The place of a path in the folder below. */
static const char *below(const char *path, char place[PATH_MAX]) {
  struct stat facts;
  wait_if_slow();
  int any_case = oddity("any-case");
  snprintf(place, PATH_MAX, "%s", root);
  while (*path) {
    while (*path == '/') path++;
    size_t length = strcspn(path, "/");
    if (!length) break;
    size_t end = strlen(place);
    snprintf(place + end, PATH_MAX - end, "/%.*s", (int)length, path);
    if (any_case && lstat(place, &facts)) find_other_case(place);
    path += length;
  }
  return place;
}

static int is_media(const char *path) {
  size_t length = path ? strlen(path) : 0;
  return length > 4 && !strcmp(path + length - 4, ".mp4");
}

static int result(long answer) { return answer < 0 ? -errno : (int)answer; }

static int odd_getattr(const char *path, struct stat *facts, struct fuse_file_info *info) {
  static unsigned long number = 1000000;
  char place[PATH_MAX];
  below(path, place);
  int error = is_media(path) ? oddity("look") : 0;
  if (error) return -error;
  if (info ? fstat(info->fh, facts) : lstat(place, facts)) return -errno;
  if (oddity("numbers")) facts->st_ino = __atomic_fetch_add(&number, 1, __ATOMIC_RELAXED);
  if (oddity("coarse-times"))
    facts->st_mtim = facts->st_ctim = facts->st_atim = (struct timespec){facts->st_mtim.tv_sec & ~1L, 0};
  return 0;
}

static int odd_readlink(const char *path, char *target, size_t size) {
  char place[PATH_MAX];
  ssize_t length = readlink(below(path, place), target, size - 1);
  if (length < 0) return -errno;
  target[length] = 0;
  return 0;
}

static int odd_readdir(const char *path, void *list, fuse_fill_dir_t fill, off_t from, struct fuse_file_info *info,
                       enum fuse_readdir_flags flags) {
  (void)from, (void)info, (void)flags;
  char place[PATH_MAX];
  below(path, place);
  int error = oddity("list");
  if (error) return -error;
  DIR *folder = opendir(place);
  if (!folder) return -errno;
  for (struct dirent *one; (one = readdir(folder));) {
    struct stat facts = {.st_ino = one->d_ino, .st_mode = DTTOIF(one->d_type)};
    fill(list, one->d_name, &facts, 0, 0);
  }
  closedir(folder);
  return 0;
}

static int odd_mkdir(const char *path, mode_t mode) {
  char place[PATH_MAX];
  return result(mkdir(below(path, place), mode));
}

/* Makes a socket or a pipe. */
static int odd_mknod(const char *path, mode_t mode, dev_t device) {
  char place[PATH_MAX];
  return result(mknod(below(path, place), mode, device));
}

static int odd_unlink(const char *path) {
  char place[PATH_MAX];
  return result(unlink(below(path, place)));
}

static int odd_rmdir(const char *path) {
  char place[PATH_MAX];
  return result(rmdir(below(path, place)));
}

static int odd_symlink(const char *target, const char *path) {
  char place[PATH_MAX];
  return result(symlink(target, below(path, place)));
}

static int odd_rename(const char *from, const char *to, unsigned flags) {
  char old[PATH_MAX], new[PATH_MAX];
  int error = oddity("no-replace");
  below(from, old);
  below(to, new);
  if (strcasecmp(from, to) == 0) snprintf(new, PATH_MAX, "%s%s", root, to);
  else if (error && !access(new, F_OK)) return -error;
  return result(renameat2(AT_FDCWD, old, AT_FDCWD, new, flags));
}

static int odd_link(const char *from, const char *to) {
  char old[PATH_MAX], new[PATH_MAX];
  int error = oddity("no-links");
  return error ? -error : result(link(below(from, old), below(to, new)));
}

static int odd_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
  (void)info;
  char place[PATH_MAX];
  int error = oddity("no-modes");
  return error ? -error : result(chmod(below(path, place), mode));
}

static int odd_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *info) {
  (void)info;
  char place[PATH_MAX];
  int error = oddity("no-modes");
  return error ? -error : result(lchown(below(path, place), user, group));
}

static int odd_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) {
  (void)info;
  char place[PATH_MAX];
  int error = oddity("no-modes");
  return error ? -error : result(utimensat(AT_FDCWD, below(path, place), times, AT_SYMLINK_NOFOLLOW));
}

static int odd_truncate(const char *path, off_t size, struct fuse_file_info *info) {
  char place[PATH_MAX];
  below(path, place);
  return result(info ? ftruncate(info->fh, size) : truncate(place, size));
}

static int opened(int fd, struct fuse_file_info *info) {
  if (fd < 0) return -errno;
  info->fh = fd;
  return 0;
}

static int odd_create(const char *path, mode_t mode, struct fuse_file_info *info) {
  char place[PATH_MAX];
  return opened(open(below(path, place), info->flags, mode), info);
}

static int odd_open(const char *path, struct fuse_file_info *info) {
  char place[PATH_MAX];
  int error = oddity("open");
  return error ? -error : opened(open(below(path, place), info->flags), info);
}

static int odd_read(const char *path, char *data, size_t size, off_t at, struct fuse_file_info *info) {
  (void)path;
  wait_if_slow();
  return result(pread(info->fh, data, size, at));
}

static int odd_write(const char *path, const char *data, size_t size, off_t at, struct fuse_file_info *info) {
  (void)path;
  wait_if_slow();
  int error = oddity("write");
  return error ? -error : result(pwrite(info->fh, data, size, at));
}

static int odd_statfs(const char *path, struct statvfs *facts) {
  char place[PATH_MAX];
  int answer = result(statvfs(below(path, place), facts));
  if (oddity("no-sizes")) facts->f_blocks = facts->f_bfree = facts->f_bavail = facts->f_files = facts->f_ffree = 0;
  return answer;
}

static int odd_release(const char *path, struct fuse_file_info *info) {
  (void)path;
  return result(close(info->fh));
}

static int odd_fsync(const char *path, int data_only, struct fuse_file_info *info) {
  (void)path;
  wait_if_slow();
  int error = oddity("file-sync");
  return error ? -error : result(data_only ? fdatasync(info->fh) : fsync(info->fh));
}

static int odd_fsyncdir(const char *path, int data_only, struct fuse_file_info *info) {
  (void)path, (void)data_only, (void)info;
  wait_if_slow();
  return -oddity("folder-sync");
}

/* No fact is kept, so that each look comes here. */
static void *odd_init(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->use_ino = 1;
  config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
  return NULL;
}

static const struct fuse_operations operations = {
    .getattr = odd_getattr,   .readlink = odd_readlink, .readdir = odd_readdir,   .mkdir = odd_mkdir,
    .unlink = odd_unlink,     .rmdir = odd_rmdir,       .symlink = odd_symlink,   .rename = odd_rename,
    .link = odd_link,         .chmod = odd_chmod,       .chown = odd_chown,       .utimens = odd_utimens,
    .truncate = odd_truncate, .create = odd_create,     .open = odd_open,         .read = odd_read,
    .write = odd_write,       .statfs = odd_statfs,     .release = odd_release,   .fsync = odd_fsync,
    .fsyncdir = odd_fsyncdir, .mknod = odd_mknod,       .init = odd_init,
};

int main(int count, char **words) {
  if (count != 4) return fprintf(stderr, "usage: odd-file-system FOLDER CONTROL MOUNT\n"), 2;
  root = words[1];
  control = words[2];
  umask(0);
  char *options[] = {words[0], "-f", "-o", "fsname=amphi-odd,default_permissions", words[3], NULL};
  return fuse_main(5, options, &operations, NULL);
}
