/* A test's stand-in for the one call that Go makes into a library that Wine 8 lacks.
   It is put into the test's own Wine and is in no package. */
#include <windows.h>
#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(BYTE *data, SIZE_T length) {
  while (length > 0) {
    ULONG part = length < 0x10000000 ? (ULONG)length : 0x10000000;
    if (!RtlGenRandom(data, part)) return FALSE;
    data += part;
    length -= part;
  }
  return TRUE;
}
