using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace AutoDeploy.Testing;

public static partial class UnixTools
{
    public const int SigInterrupt = 2;
    public const int SigQuit = 3;
    public const int SigKill = 9;
    public const int SigTerm = 15;
    public const int SigContinue = 18;
    public const int SigStop = 19;

    private const int DetachMount = 2;

    private static readonly ConcurrentDictionary<int, FileStream> Given = new();

    private static readonly Lock Crypting = new();

    public static void Signal(int process, int signal) => _ = Kill(process, signal);

    public static void Unmount(string path) => _ = Unmount(path, DetachMount);

    public static void MakeExecutable(string path) => _ = ChangeMode(path, 0b111_101_101);

    /// <summary>The hash of a password as <c>htpasswd -B</c> writes it.</summary>
    public static string Bcrypt(string password)
    {
        lock (Crypting) // it answers with a buffer of its own
            return Marshal.PtrToStringUTF8(Crypt(password, "$2y$05$AutoDeployFixturesSaltO"))!;
    }

    /// <summary>
    /// A port that a server can come back to after it was stopped: nobody listens on it, Linux gives it to no connection (those begin at
    /// 32768),
    /// and no test process beside this one takes it.
    /// </summary>
    public static int FreePort()
    {
        var locks = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "autodeploy-ports")).FullName;
        while (true)
        {
            var port = Random.Shared.Next(10000, 32768);
            FileStream? held = null;
            try
            {
                held = new FileStream(
                    Path.Combine(locks, port.ToString(CultureInfo.InvariantCulture)),
                    FileMode.OpenOrCreate,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    1,
                    FileOptions.DeleteOnClose
                );
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                Given[port] = held;
                return port;
            }
            catch (Exception e) when (e is SocketException or IOException)
            {
                held?.Dispose(); // somebody else's
            }
        }
    }

    /// <summary>Runs a tool and answers what it wrote; what it thinks of the task is its own affair.</summary>
    public static string Run(string program, params IEnumerable<string> arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Prerequisites.Find(program) ?? program, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "chmod", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeMode(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "umount2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string path, int flags);

    [LibraryImport("libcrypt.so.1", EntryPoint = "crypt", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Crypt(string password, string salt);
}
