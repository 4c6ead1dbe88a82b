@echo off
rem Starts owl with the JVM flags and the environment it was tuned with.
rem
rem   JAVA_HOME   the Java to use (17 or newer); without it, the first java on the PATH
rem   OWL_OPTS    further JVM flags, such as -Xmx4g; they come last and win. -Dowl.trace=true prints
rem               the stack trace of a failure
rem
rem Three quarters of the memory that owl may use (--memory, or half of the machine's) are for the
rem JVM's heap; matrices are off-heap. Most of the heap is for long-lived arrays.

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
echo owl: JAVA_HOME is "%JAVA_HOME%", but it contains no bin\java.exe 1>&2
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

rem These commands hold all weights on the heap, and multiply by them with the Vector API.
set "OWL_SHARE=37.5"
if "%~1"=="run" goto resident
if "%~1"=="bench" goto resident
goto memory
:resident
set "OWL_SHARE=75"
if %OWL_VERSION% GEQ 21 set "OWL_FLAGS=%OWL_FLAGS% --add-modules jdk.incubator.vector"

:memory
rem cmd takes = for a space, so --memory=4g and --memory 4g look alike. A batch file counts in 32
rem bits: mebibytes.
set "OWL_MEMORY="
set "OWL_BEFORE="
for %%a in (%*) do call :word "%%~a"
set "OWL_HEAP=-XX:MaxRAMPercentage=%OWL_SHARE%"
if not defined OWL_MEMORY goto start
set "OWL_UNIT="
if /i "%OWL_MEMORY:~-1%"=="m" set "OWL_UNIT=1"
if /i "%OWL_MEMORY:~-1%"=="g" set "OWL_UNIT=1024"
if not defined OWL_UNIT goto start
rem By name, so that set takes what is no number for 0; owl itself rejects it.
set "OWL_NUMBER=%OWL_MEMORY:~0,-1%"
set "OWL_MIB=0"
set /a "OWL_MIB=OWL_NUMBER * OWL_UNIT / 4 * 3"
rem With less, Java would fail before owl can say how much it needs.
if %OWL_MIB% GTR 0 if %OWL_MIB% LSS 64 set "OWL_MIB=64"
if %OWL_MIB% GTR 0 set "OWL_HEAP=-Xmx%OWL_MIB%m"
goto start

:word
if "%OWL_BEFORE%"=="--memory" set "OWL_MEMORY=%~1"
set "OWL_BEFORE=%~1"
exit /b 0

:start
rem Idle OpenMP threads must not spin while OpenBLAS computes.
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=PASSIVE"
if not defined MALLOC_MMAP_THRESHOLD_ set "MALLOC_MMAP_THRESHOLD_=1048576"

"%OWL_JAVA%" -XX:+UseSerialGC -XX:NewRatio=7 %OWL_HEAP% -Dorg.bytedeco.javacpp.maxphysicalbytes=0 -Dorg.slf4j.simpleLogger.defaultLogLevel=warn %OWL_FLAGS% %OWL_OPTS% -classpath "%OWL_LIB%\*" io.github.owlprune.cli.Main %*
exit /b %ERRORLEVEL%
