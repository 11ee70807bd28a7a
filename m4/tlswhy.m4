# SPDX-License-Identifier: GPL-3.0-or-later

# TLSWHY_FLAG(FLAGS, [VARIABLE], [IF-ACCEPTED], [IF-REFUSED])
# Adds FLAGS to VARIABLE where compiler and linker take them without a word. -Werror stands beside them
# because clang only warns of flags that it does not know.
AC_DEFUN([TLSWHY_FLAG], [
    AC_MSG_CHECKING([whether $CC takes $1])
    tlswhy_saved_CFLAGS=$CFLAGS
    CFLAGS="$CFLAGS -Werror $1"
    AC_LINK_IFELSE([AC_LANG_SOURCE([[int main(void) { return 0; }]])], [tlswhy_taken=yes], [tlswhy_taken=no])
    CFLAGS=$tlswhy_saved_CFLAGS
    AC_MSG_RESULT([$tlswhy_taken])
    AS_IF([test $tlswhy_taken = yes], [m4_ifval([$2], [$2="$$2 $1"])
        $3], [m4_default([$4], [:])])
])

# TLSWHY_MISSING(WHAT, DEBIAN, FEDORA, ARCH, ALPINE, FREEBSD, MACOS)
# Notes that WHAT is missing, with the package that brings it on each system.
AC_DEFUN([TLSWHY_MISSING], [
    tlswhy_missing="$tlswhy_missing
  $1
    Debian, Ubuntu: $2   Fedora: $3   Arch: $4
    Alpine: $5   FreeBSD: $6   macOS (Homebrew): $7"
])

# TLSWHY_REPORT_MISSING
# Ends with everything that is missing at once, so that one install command is enough.
AC_DEFUN([TLSWHY_REPORT_MISSING], [
    AS_IF([test -n "$tlswhy_missing"], [AC_MSG_ERROR([these libraries are missing:
$tlswhy_missing])])
])

# TLSWHY_LIBRARY(VARIABLE, MODULE, HEADER, FUNCTION, LIBRARY, DEBIAN, FEDORA, ARCH, ALPINE, FREEBSD, MACOS)
# Sets VARIABLE_CFLAGS and VARIABLE_LIBS from pkg-config's MODULE; where pkg-config does not know it, and
# HEADER is given, from a try with HEADER and FUNCTION in LIBRARY.
AC_DEFUN([TLSWHY_LIBRARY], [
    PKG_CHECK_MODULES([$1], [$2], [], [
        tlswhy_found=no
        m4_ifval([$3], [
            AC_CHECK_HEADER([$3], [AC_CHECK_LIB([$5], [$4], [tlswhy_found=yes $1_LIBS="-l$5"])])
        ])
        AS_IF([test $tlswhy_found = no],
            [TLSWHY_MISSING([$2], [$6], [$7], [$8], [$9], m4_shiftn([9], $@))])
    ])
])

# TLSWHY_LIBNIDS
# libnids has no pkg-config file. As an archive it leaves libnet and GLib's threads to its user, as a shared
# library it brings them; the shortest list that links is taken.
AC_DEFUN([TLSWHY_LIBNIDS], [
    AC_MSG_CHECKING([for libnids])
    tlswhy_saved_LIBS=$LIBS tlswhy_saved_CPPFLAGS=$CPPFLAGS
    tlswhy_glib_libs=`$PKG_CONFIG --libs gthread-2.0 glib-2.0 2>/dev/null || echo "-lgthread-2.0 -lglib-2.0"`
    CPPFLAGS="$CPPFLAGS -D_GNU_SOURCE $PCAP_CFLAGS"
    NIDS_LIBS=
    for tlswhy_try in "-lnids" "-lnids -lnet" "-lnids -lnet $tlswhy_glib_libs"; do
        LIBS="$tlswhy_try $PCAP_LIBS $tlswhy_saved_LIBS"
        AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <nids.h>]], [[return nids_init();]])],
            [NIDS_LIBS=$tlswhy_try; break])
    done
    LIBS=$tlswhy_saved_LIBS CPPFLAGS=$tlswhy_saved_CPPFLAGS
    AC_SUBST([NIDS_LIBS])
    AC_MSG_RESULT([${NIDS_LIBS:-no}])
    AS_IF([test -z "$NIDS_LIBS"],
        [TLSWHY_MISSING([libnids (nids.h, -lnids) with libnet], [libnids-dev], [libnids-devel libnet-devel],
            [libnids], [(from source)], [libnids], [libnids])])
])

# TLSWHY_DECOMPRESSION(VARIABLE, MODULE, FORMAT, DEBIAN)
# Takes pkg-config's MODULE, which decompresses FORMAT, where it is there and --without-FORMAT is not given:
# sets VARIABLE_CFLAGS and VARIABLE_LIBS, defines HAVE_VARIABLE, and notes for the summary how it went.
AC_DEFUN([TLSWHY_DECOMPRESSION], [
    AC_ARG_WITH([$3], [AS_HELP_STRING([--without-$3], [do not read captures compressed with $3])],
        [], [with_$3=check])
    tlswhy_found=no
    AS_IF([test "x$with_$3" != xno], [PKG_CHECK_MODULES([$1], [$2], [tlswhy_found=yes], [:])])
    AS_IF([test $tlswhy_found = yes], [
        tlswhy_decompresses="$tlswhy_decompresses $3"
        TLSWHY_CPPFLAGS="$TLSWHY_CPPFLAGS -DHAVE_$1=1"
    ], [test "x$with_$3" = xno], [
        tlswhy_decompresses_not="$tlswhy_decompresses_not
               not $3: --without-$3"
    ], [
        tlswhy_decompresses_not="$tlswhy_decompresses_not
               not $3: $2 is missing (Debian: $4)"
    ])
    AM_CONDITIONAL([HAVE_$1], [test $tlswhy_found = yes])
])
