/* Prints every function of the type library in a DLL, one a line:
   interface name memid offset-in-slots invkind ( type flags )... */
#define COBJMACROS
#include <windows.h>
#include <oleauto.h>
#include <stdio.h>

static int check(const char *what, HRESULT hr)
{
    if (FAILED(hr)) {
        printf("%s failed: %08lx\n", what, (ULONG)hr);
        exit(1);
    }
    return 1;
}

/* An alias, as BOOL, is what it stands for. */
static int plain(ITypeInfo *info, const TYPEDESC *type)
{
    ITypeInfo *named;
    TYPEATTR *attr;
    int vt = type->vt;
    if (vt != VT_USERDEFINED)
        return vt;
    check("GetRefTypeInfo", ITypeInfo_GetRefTypeInfo(info, type->hreftype, &named));
    check("GetTypeAttr", ITypeInfo_GetTypeAttr(named, &attr));
    if (attr->typekind == TKIND_ALIAS)
        vt = plain(named, &attr->tdescAlias);
    else if (IsEqualGUID(&attr->guid, &IID_IDispatch))
        vt = VT_DISPATCH;
    ITypeInfo_ReleaseTypeAttr(named, attr);
    ITypeInfo_Release(named);
    return vt;
}

static void print_function(ITypeInfo *info, const wchar_t *owner, UINT index)
{
    FUNCDESC *f;
    BSTR name;
    UINT got;
    check("GetFuncDesc", ITypeInfo_GetFuncDesc(info, index, &f));
    check("GetNames", ITypeInfo_GetNames(info, f->memid, &name, 1, &got));
    printf("%ls %ls %ld %d %d", owner, name, f->memid, f->oVft / (int)sizeof(void *), f->invkind);
    for (int i = 0; i < f->cParams; i++) {
        const ELEMDESC *param = &f->lprgelemdescParam[i];
        const TYPEDESC *type = &param->tdesc;
        int pointer = type->vt == VT_PTR;
        if (pointer)
            type = type->lptdesc;
        int vt = plain(info, type);
        /* A pointer to IDispatch is a type of its own in Automation. */
        if (pointer && vt == VT_DISPATCH)
            pointer = 0;
        printf(" (%s%d %d)", pointer ? "*" : "", vt, param->paramdesc.wParamFlags);
    }
    printf("\n");
    SysFreeString(name);
    ITypeInfo_ReleaseFuncDesc(info, f);
}

/* The virtual table behind a dual interface's dispatch face. */
static void print_interface(ITypeInfo *dispatch, const wchar_t *name)
{
    HREFTYPE ref;
    ITypeInfo *info;
    TYPEATTR *attr;
    check("GetTypeAttr", ITypeInfo_GetTypeAttr(dispatch, &attr));
    wchar_t guid[64];
    StringFromGUID2(&attr->guid, guid, 64);
    printf("interface %ls %ls %x\n", name, guid, attr->wTypeFlags);
    ITypeInfo_ReleaseTypeAttr(dispatch, attr);
    check("GetRefTypeOfImplType", ITypeInfo_GetRefTypeOfImplType(dispatch, -1, &ref));
    check("GetRefTypeInfo", ITypeInfo_GetRefTypeInfo(dispatch, ref, &info));
    check("GetTypeAttr", ITypeInfo_GetTypeAttr(info, &attr));
    for (UINT i = 0; i < attr->cFuncs; i++)
        print_function(info, name, i);
    ITypeInfo_ReleaseTypeAttr(info, attr);
    ITypeInfo_Release(info);
}

static void print_class(ITypeInfo *info, const wchar_t *name)
{
    TYPEATTR *attr;
    HREFTYPE ref;
    ITypeInfo *implemented;
    BSTR default_name;
    wchar_t guid[64];
    check("GetTypeAttr", ITypeInfo_GetTypeAttr(info, &attr));
    StringFromGUID2(&attr->guid, guid, 64);
    check("GetRefTypeOfImplType", ITypeInfo_GetRefTypeOfImplType(info, 0, &ref));
    check("GetRefTypeInfo", ITypeInfo_GetRefTypeInfo(info, ref, &implemented));
    check("GetDocumentation", ITypeInfo_GetDocumentation(implemented, MEMBERID_NIL, &default_name, NULL, NULL, NULL));
    printf("class %ls %ls %x %d %ls\n", name, guid, attr->wTypeFlags, attr->cImplTypes, default_name);
    SysFreeString(default_name);
    ITypeInfo_Release(implemented);
    ITypeInfo_ReleaseTypeAttr(info, attr);
}

int wmain(int argc, wchar_t **argv)
{
    ITypeLib *library;
    TLIBATTR *attr;
    BSTR name, help;
    wchar_t guid[64];
    if (argc != 2)
        return 2;
    CoInitialize(NULL);
    check("LoadTypeLibEx", LoadTypeLibEx(argv[1], REGKIND_NONE, &library));
    check("GetLibAttr", ITypeLib_GetLibAttr(library, &attr));
    check("GetDocumentation", ITypeLib_GetDocumentation(library, -1, &name, &help, NULL, NULL));
    StringFromGUID2(&attr->guid, guid, 64);
    printf("library %ls %ls %d.%d %lu %ls\n", name, guid, attr->wMajorVerNum, attr->wMinorVerNum, attr->lcid, help);
    for (UINT i = 0; i < ITypeLib_GetTypeInfoCount(library); i++) {
        TYPEKIND kind;
        ITypeInfo *info;
        BSTR type;
        check("GetTypeInfoType", ITypeLib_GetTypeInfoType(library, i, &kind));
        check("GetTypeInfo", ITypeLib_GetTypeInfo(library, i, &info));
        check("GetDocumentation", ITypeLib_GetDocumentation(library, i, &type, NULL, NULL, NULL));
        if (kind == TKIND_DISPATCH)
            print_interface(info, type);
        else if (kind == TKIND_COCLASS)
            print_class(info, type);
        ITypeInfo_Release(info);
        SysFreeString(type);
    }
    ITypeLib_ReleaseTLibAttr(library, attr);
    return 40;
}
