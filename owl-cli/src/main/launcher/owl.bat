@echo off
rem Starts owl with the JVM flags and the environment it was tuned with.
rem
rem   JAVA_HOME   the Java to use (17 or newer); without it, the first java on the PATH
rem   OWL_OPTS    further JVM flags, such as -Xmx4g; they come last and win

setlocal

for %%i in ("%~dp0..") do set "OWL_LIB=%%~fi\lib"

if defined JAVA_HOME goto javahome
set "OWL_JAVA=java.exe"
where /q java.exe
if not errorlevel 1 goto version
echo owl: no java found; install Java 17 or newer, or set JAVA_HOME 1>&2
exit /b 1

:javahome
set "OWL_JAVA=%JAVA_HOME:"=%\bin\java.exe"
if exist "%OWL_JAVA%" goto version
echo owl: JAVA_HOME is "%JAVA_HOME%", but there is no bin\java.exe in it 1>&2
exit /b 1

rem java -version prints: openjdk version "17.0.15" 2025-04-15
:version
set "OWL_VERSION="
for /f "tokens=3" %%v in ('""%OWL_JAVA%" -version 2^>^&1 ^| findstr version"') do if not defined OWL_VERSION set "OWL_VERSION=%%~v"
if not defined OWL_VERSION set "OWL_VERSION=17"
for /f "delims=.-+ tokens=1" %%v in ("%OWL_VERSION%") do set "OWL_VERSION=%%v"
if %OWL_VERSION% GEQ 17 goto flags
echo owl: "%OWL_JAVA%" is Java %OWL_VERSION%; owl needs 17 or newer ^(set JAVA_HOME^) 1>&2
exit /b 1

:flags
set "OWL_FLAGS="
if %OWL_VERSION% GEQ 24 set "OWL_FLAGS=--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow"

rem Waiting OpenMP threads must not spin against OpenBLAS's.
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined MALLOC_MMAP_THRESHOLD_ set "MALLOC_MMAP_THRESHOLD_=1048576"

"%OWL_JAVA%" -XX:+UseSerialGC -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn %OWL_FLAGS% %OWL_OPTS% -classpath "%OWL_LIB%\*" io.github.owlprune.cli.Main %*
exit /b %ERRORLEVEL%
