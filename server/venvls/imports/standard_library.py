"""The modules of the standard library of a Python version, 3.6 to 3.14: what ``sys.stdlib_module_names`` says, on every platform.

An installation may lack some of them (Debian's ``python3-tk``): that is for its own package manager. ``tests/standard_library_names.py``
makes the table from the interpreters themselves.
"""

from __future__ import annotations

_OLDEST, _NEWEST = (3, 6), (3, 14)
_known: dict[tuple[int, int] | None, frozenset[str]] = {}


def names(version: tuple[int, ...] | None) -> frozenset[str]:
    """The top-level modules of the version; of every version where it is not known, or newer or older than the table."""
    minor = version[:2] if version is not None and len(version) >= 2 else None
    key = (minor[0], minor[1]) if minor is not None and _OLDEST <= minor <= _NEWEST else None
    if key not in _known:
        chosen = [_OF[key]] if key is not None else list(_OF.values())
        _known[key] = frozenset(" ".join([_COMMON, _ALSO, *chosen]).split())
    return _known[key]


# The table; made by tests/standard_library_names.py.
_COMMON = """
__future__ _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr
_codecs_tw _collections _collections_abc _compat_pickle _compression _csv _ctypes _curses _curses_panel _datetime _dbm
_decimal _elementtree _functools _gdbm _heapq _imp _io _json _locale _lsprof _lzma _markupbase _md5 _multibytecodec
_multiprocessing _opcode _operator _osx_support _overlapped _pickle _posixshmem _posixsubprocess _pydecimal _pyio
_random _scproxy _sha1 _sha3 _signal _sitebuiltins _socket _sqlite3 _sre _ssl _stat _string _strptime _struct _symtable
_thread _threading_local _tkinter _tracemalloc _warnings _weakref _weakrefset _winapi abc antigravity argparse array ast
asyncio atexit base64 bdb binascii bisect builtins bz2 cProfile calendar cmath cmd code codecs codeop collections
colorsys compileall concurrent configparser contextlib copy copyreg csv ctypes curses datetime dbm decimal difflib dis
doctest email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib functools gc
genericpath getopt getpass gettext glob grp gzip hashlib heapq hmac html http idlelib imaplib importlib inspect io
ipaddress itertools json keyword linecache locale logging lzma mailbox marshal math mimetypes mmap modulefinder msvcrt
multiprocessing netrc nt ntpath nturl2path numbers opcode operator optparse os pathlib pdb pickle pickletools pkgutil
platform plistlib poplib posix posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue
quopri random re readline reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal
site smtplib socket socketserver sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string stringprep
struct subprocess symtable sys sysconfig syslog tabnanny tarfile tempfile termios textwrap this threading time timeit
tkinter token tokenize trace traceback tracemalloc tty turtle turtledemo types typing unicodedata unittest urllib uuid
venv warnings wave weakref webbrowser winreg winsound wsgiref xml xmlrpc zipapp zipfile zipimport zlib
"""
_ALSO = """
__main__ __phello__ _ctypes_test _sysconfigdata _testbuffer _testcapi _testclinic _testexternalinspection
_testimportmultiple _testinternalcapi _testlimitedcapi _testmultiphase _testsinglephase _xxinterpchannels
_xxinterpqueues _xxsubinterpreters _xxtestfuzz test xxlimited xxlimited_35 xxsubtype
"""
_OF: dict[tuple[int, int], str] = {
    (3, 6): """
_bootlocale _crypt _dummy_thread _msi _sha256 _sha512 aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt
distutils dummy_threading formatter imghdr imp lib2to3 macpath macurl2path mailcap msilib nis nntplib ossaudiodev parser
pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
""",
    (3, 7): """
_abc _bootlocale _contextvars _crypt _dummy_thread _hashlib _msi _py_abc _queue _sha256 _sha512 _uuid aifc asynchat
asyncore audioop binhex cgi cgitb chunk contextvars crypt dataclasses distutils dummy_threading formatter imghdr imp
lib2to3 macpath mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
""",
    (3, 8): """
_abc _bootlocale _contextvars _crypt _dummy_thread _hashlib _msi _py_abc _queue _sha256 _sha512 _statistics _uuid aifc
asynchat asyncore audioop binhex cgi cgitb chunk contextvars crypt dataclasses distutils dummy_threading formatter
imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu
xdrlib
""",
    (3, 9): """
_abc _aix_support _bootlocale _bootsubprocess _contextvars _crypt _hashlib _msi _peg_parser _py_abc _queue _sha256
_sha512 _statistics _uuid _zoneinfo aifc asynchat asyncore audioop binhex cgi cgitb chunk contextvars crypt dataclasses
distutils formatter graphlib imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd
sunau symbol telnetlib uu xdrlib zoneinfo
""",
    (3, 10): """
_abc _aix_support _bootsubprocess _contextvars _crypt _frozen_importlib _frozen_importlib_external _hashlib _msi _py_abc
_queue _sha256 _sha512 _statistics _uuid _zoneinfo aifc asynchat asyncore audioop binhex cgi cgitb chunk contextvars
crypt dataclasses distutils graphlib imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd sndhdr spwd
sunau telnetlib uu xdrlib zoneinfo
""",
    (3, 11): """
_abc _aix_support _bootsubprocess _contextvars _crypt _frozen_importlib _frozen_importlib_external _hashlib _msi _py_abc
_queue _sha256 _sha512 _statistics _tokenize _typing _uuid _zoneinfo aifc asynchat asyncore audioop cgi cgitb chunk
contextvars crypt dataclasses distutils graphlib imghdr imp lib2to3 mailcap msilib nis nntplib ossaudiodev pipes smtpd
sndhdr spwd sunau telnetlib tomllib uu xdrlib zoneinfo
""",
    (3, 12): """
_abc _aix_support _contextvars _crypt _frozen_importlib _frozen_importlib_external _hashlib _msi _py_abc _pydatetime
_pylong _queue _sha2 _statistics _tokenize _typing _uuid _zoneinfo aifc audioop cgi cgitb chunk contextvars crypt
dataclasses graphlib imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes sndhdr spwd sunau telnetlib tomllib uu
xdrlib zoneinfo
""",
    (3, 13): """
_abc _aix_support _android_support _colorize _contextvars _frozen_importlib _frozen_importlib_external _hashlib
_interpchannels _interpqueues _interpreters _ios_support _opcode_metadata _py_abc _pydatetime _pylong _pyrepl _queue
_sha2 _statistics _suggestions _sysconfig _tokenize _typing _uuid _wmi _zoneinfo contextvars dataclasses graphlib
tomllib zoneinfo
""",
    (3, 14): """
_abc _aix_support _android_support _apple_support _ast_unparse _colorize _contextvars _frozen_importlib
_frozen_importlib_external _hashlib _hmac _interpchannels _interpqueues _interpreters _ios_support _opcode_metadata
_py_abc _py_warnings _pydatetime _pylong _pyrepl _queue _remote_debugging _sha2 _statistics _suggestions _sysconfig
_tokenize _types _typing _uuid _wmi _zoneinfo _zstd annotationlib compression contextvars dataclasses graphlib tomllib
zoneinfo
""",
}
