/* A program whose manifest names the assembly uses the DLL beside it, whatever is registered. */
#include "client.h"

int wmain(void)
{
    wchar_t program[MAX_PATH], used[MAX_PATH];
    IDispatch *tiff, *server;
    VARIANT v;
    HMODULE dll;
    begin();
    tiff = create(L"FaxTiff.FaxTiff");
    server = create(L"FaxServer.FaxServer.1");
    /* Calls by name need the type library. */
    good("a member of FaxTiff", get(tiff, L"Csid", &v));
    VariantClear(&v);
    fails("a member of FaxServer", get(server, L"Retries", &v), 0x80070006);
    dll = GetModuleHandleW(L"faxcom.dll");
    GetModuleFileNameW(NULL, program, MAX_PATH);
    GetModuleFileNameW(dll, used, MAX_PATH);
    *wcsrchr(program, L'\\') = 0;
    *wcsrchr(used, L'\\') = 0;
    printf("from %ls\n", used);
    check("the DLL lies beside the program", dll && lstrcmpiW(program, used) == 0);
    IDispatch_Release(tiff);
    IDispatch_Release(server);
    return finish();
}
