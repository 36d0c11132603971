# shellcheck shell=bash
# Sourced by run.sh: makes the disk that machines start from, once. It is made again when this file changes.

# What a node has besides a minimal Debian. No network is needed after this.
machine_packages=(
    systemd-sysv libpam-systemd dbus udev linux-image-cloud-amd64 openssh-server ifupdown
    ffmpeg rsync jq curl sudo procps psmisc acl podman catatonit
)
# What a container with the agent has: all that systemd/Containerfile installs there without Blender.
container_packages=(systemd-standalone-sysusers libcurl4 libstdc++6 python3 ca-certificates)

# make_image FOLDER: disk.ext4, kernel, initrd, key and key.pub in FOLDER, and container.tar, a Debian for containers.
make_image() {
    local folder=$1 stamp root mirror codename
    stamp=$(sha256sum <"${BASH_SOURCE[0]}")
    if [ -e "$folder/disk.ext4" ] && [ "$(cat "$folder/stamp" 2>/dev/null)" = "$stamp" ]; then return 0; fi
    echo '== Making the disk of the machine'
    rm -rf --one-file-system "$folder"
    mkdir -p "$folder"
    root=$folder/root
    # shellcheck disable=SC2016
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    mkdir -p "$root/etc/dpkg/dpkg.cfg.d" "$root/usr/sbin"
    echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/machine"
    quietly "$folder/log" debootstrap --variant=minbase "$codename" "$root" "$mirror"
    # Nothing starts while packages are installed.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    install_packages "${container_packages[@]}"
    # It has no place to fetch packages from.
    tar --create --file "$folder/container.tar" --directory "$root" --numeric-owner --exclude=./var/lib/apt/lists/* \
        --exclude=./var/cache/apt/* --exclude=./etc/apt/sources.list --exclude=./usr/sbin/policy-rc.d .
    install_packages "${machine_packages[@]}"
    rm "$root/usr/sbin/policy-rc.d"
    ssh-keygen -q -t ed25519 -N '' -C machine -f "$folder/key"
    configure_image "$folder" "$root"
    cp "$root"/boot/vmlinuz-* "$folder/kernel"
    cp "$root"/boot/initrd.img-* "$folder/initrd"
    truncate -s 6G "$folder/disk.ext4"
    mkfs.ext4 -q -F -O '^metadata_csum_seed' -d "$root" "$folder/disk.ext4"
    rm -rf --one-file-system "$root"
    echo "$stamp" >"$folder/stamp"
}

# Installs packages below `root`, in a process space that ends with it.
install_packages() {
    # shellcheck disable=SC2016
    quietly "$folder/log" unshare --mount --pid --fork --kill-child \
        env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -c '
            mount -t proc proc "$1/proc" &&
                exec chroot "$1" apt-get -y --no-install-recommends install "${@:2}"' - "$root" "$@"
    rm -rf "$root/var/cache/apt"/*.bin "$root/var/cache/apt/archives"/*.deb
}

# Runs a command whose output is read only when it fails.
quietly() {
    local log=$1
    shift
    if ! "$@" >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        return 1
    fi
}

# Name, network, login by key, and a journal that survives power cuts. There is no route but to the host, which is 10.0.2.2, and
# no name server.
configure_image() {
    local folder=$1 root=$2
    echo machine >"$root/etc/hostname"
    printf '127.0.0.1 localhost machine\n10.0.2.2 manager.local\n' >"$root/etc/hosts"
    printf 'nameserver 10.0.2.2\n' >"$root/etc/resolv.conf"
    printf '/dev/vda / ext4 errors=remount-ro,commit=1 0 1\n' >"$root/etc/fstab"
    printf 'auto lo eth0\niface lo inet loopback\niface eth0 inet static\n    address 10.0.2.15/24\n' \
        >"$root/etc/network/interfaces"
    install -d -m 700 "$root/root/.ssh"
    install -m 600 "$folder/key.pub" "$root/root/.ssh/authorized_keys"
    printf 'PermitRootLogin prohibit-password\nUseDNS no\n' >"$root/etc/ssh/sshd_config.d/machine.conf"
    echo 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false"; Dpkg::Use-Pty "false";' \
        >"$root/etc/apt/apt.conf.d/99machine"
    # All that the package needs is there.
    rm -f "$root/var/lib/apt/lists"/*_*
    mkdir -p "$root/var/log/journal" "$root/render"
    chmod 1777 "$root/render"
}
