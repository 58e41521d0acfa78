; The installer for one user, without administrator's rights. makensis reads it in the
; folder that holds the files; OUTFILE is given on its command line.
Unicode true
SetCompressor /SOLID lzma
SetDateSave off ; the same files give the same installer
RequestExecutionLevel user
ManifestDPIAware true

!include "MUI2.nsh"
!include "x64.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\{{.ID}}"
!define MAIL "$LOCALAPPDATA\restante"

Name "{{.Name}} {{.Version}}"
OutFile "${OUTFILE}"
InstallDir "$LOCALAPPDATA\Programs\{{.Name}}"
InstallDirRegKey HKCU "Software\{{.ID}}" "Folder"
BrandingText "{{.Name}} {{.Version}}"
VIProductVersion "{{.Quad}}"
VIAddVersionKey "ProductName" "{{.Name}}"
VIAddVersionKey "ProductVersion" "{{.Version}}"
VIAddVersionKey "FileVersion" "{{.Version}}"
VIAddVersionKey "FileDescription" "{{.Name}}, installer"
VIAddVersionKey "LegalCopyright" "{{.Publisher}}, MIT licence"

!define MUI_ICON "restante.ico"
!define MUI_UNICON "restante.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\restante.exe"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "{{.Name}} will be removed. Your mail stays in $LOCALAPPDATA\restante."
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "{{.Name}} needs a 64-bit Windows, 10 or newer." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
FunctionEnd

; The mail lies in a folder of its own. Programs beside it would be taken for it.
Function .onVerifyInstDir
  ${If} $INSTDIR == "${MAIL}"
    Abort
  ${EndIf}
FunctionEnd

; Types that others may own already: {{.Name}} offers itself and takes nothing away.
!macro OFFER ENDING TYPE NAME
  WriteRegStr HKCU "Software\Classes\${TYPE}" "" "${NAME}"
  WriteRegStr HKCU "Software\Classes\${TYPE}\DefaultIcon" "" "$INSTDIR\restante.exe,0"
  WriteRegStr HKCU "Software\Classes\${TYPE}\shell\open\command" "" '"$INSTDIR\restante.exe" "%1"'
  WriteRegStr HKCU "Software\Classes\${ENDING}\OpenWithProgids" "${TYPE}" ""
  WriteRegStr HKCU "Software\{{.ID}}\Capabilities\FileAssociations" "${ENDING}" "${TYPE}"
!macroend

Section "{{.Name}}"
  SetOutPath "$INSTDIR"
  ClearErrors
  File "restante.exe"
  File "popfetch.exe"
  File "postoffice.exe"
  File "restante.ico"
  File "LICENCES.txt"
  ${If} ${Errors}
    MessageBox MB_ICONSTOP "The files could not be written. Close {{.Name}}, then install again." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\{{.Name}}.lnk" "$INSTDIR\restante.exe"

  !insertmacro OFFER ".eml" "{{.ID}}.eml" "Mail message"
  !insertmacro OFFER ".mbox" "{{.ID}}.mbox" "Mailbox"
  WriteRegStr HKCU "Software\Classes\{{.ID}}.mailto" "" "URL:mailto"
  WriteRegStr HKCU "Software\Classes\{{.ID}}.mailto" "URL Protocol" ""
  WriteRegStr HKCU "Software\Classes\{{.ID}}.mailto\shell\open\command" "" '"$INSTDIR\restante.exe" "%1"'
  WriteRegStr HKCU "Software\{{.ID}}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "Software\{{.ID}}\Capabilities" "ApplicationName" "{{.Name}}"
  WriteRegStr HKCU "Software\{{.ID}}\Capabilities" "ApplicationDescription" "{{.Comment}}"
  WriteRegStr HKCU "Software\{{.ID}}\Capabilities\URLAssociations" "mailto" "{{.ID}}.mailto"
  WriteRegStr HKCU "Software\RegisteredApplications" "{{.ID}}" "Software\{{.ID}}\Capabilities"

  WriteRegStr HKCU "${KEY}" "DisplayName" "{{.Name}}"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "{{.Version}}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\restante.ico"
  WriteRegStr HKCU "${KEY}" "Publisher" "{{.Publisher}}"
  WriteRegStr HKCU "${KEY}" "URLInfoAbout" "{{.Website}}"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" "$0"
SectionEnd

Section "Uninstall"
  ; By name, never a folder with what is in it: mail may have been put there.
  Delete "$INSTDIR\restante.exe"
  ${If} ${FileExists} "$INSTDIR\restante.exe"
    MessageBox MB_ICONSTOP "{{.Name}} is open. Close it, then uninstall again." /SD IDOK
    SetErrorLevel 2
    Abort
  ${EndIf}
  Delete "$INSTDIR\popfetch.exe"
  Delete "$INSTDIR\postoffice.exe"
  Delete "$INSTDIR\restante.ico"
  Delete "$INSTDIR\LICENCES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\{{.Name}}.lnk"

  DeleteRegKey HKCU "Software\Classes\{{.ID}}.eml"
  DeleteRegKey HKCU "Software\Classes\{{.ID}}.mbox"
  DeleteRegKey HKCU "Software\Classes\{{.ID}}.mailto"
  DeleteRegValue HKCU "Software\Classes\.eml\OpenWithProgids" "{{.ID}}.eml"
  DeleteRegValue HKCU "Software\Classes\.mbox\OpenWithProgids" "{{.ID}}.mbox"
  DeleteRegValue HKCU "Software\RegisteredApplications" "{{.ID}}"
  DeleteRegKey HKCU "Software\{{.ID}}"
  DeleteRegKey HKCU "${KEY}"
  ${If} ${FileExists} "${MAIL}\*.*"
    DetailPrint "Your mail stays in ${MAIL}"
    MessageBox MB_ICONINFORMATION "{{.Name}} is removed. Your mail stays in$\r$\n${MAIL}$\r$\nDelete that folder if you want it gone." /SD IDOK
  ${EndIf}
SectionEnd
