using System.Globalization;
using System.Text;

namespace TcpConformance.Harness.Iuts.Stacks;

/// <summary>Writes the archive that a Linux kernel unpacks as its first file system: the
/// "newc" form of cpio, as the kernel's documentation on initramfs has it.</summary>
internal sealed class CpioWriter
{
    private const uint Folder = 0x41ed;             // S_IFDIR, rwxr-xr-x
    private const uint Executable = 0x81ed;         // S_IFREG, rwxr-xr-x
    private const uint CharacterDevice = 0x2180;    // S_IFCHR, rw-------

    private readonly List<byte> _octets = [];
    private uint _number;

    internal void AddFolder(string name) => Add(name, Folder, [], 0, 0);

    internal void AddFile(string name, ReadOnlySpan<byte> octets) =>
        Add(name, Executable, octets, 0, 0);

    internal void AddDevice(string name, uint major, uint minor) =>
        Add(name, CharacterDevice, [], major, minor);

    /// <summary>Ends the archive.</summary>
    internal byte[] Finish()
    {
        Add("TRAILER!!!", 0, [], 0, 0);
        return [.. _octets];
    }

    private void Add(
        string name, uint mode, ReadOnlySpan<byte> octets, uint major, uint minor)
    {
        uint[] fields =
        [
            ++_number, mode, 0, 0, 1, 0, (uint)octets.Length, 0, 0, major, minor,
            (uint)name.Length + 1, 0,
        ];
        string header = "070701" + string.Concat(
            fields.Select(f => f.ToString("x8", CultureInfo.InvariantCulture)));
        _octets.AddRange(Encoding.ASCII.GetBytes(header + name + "\0"));
        Align();
        _octets.AddRange(octets);
        Align();
    }

    private void Align()
    {
        while (_octets.Count % 4 != 0)
        {
            _octets.Add(0);
        }
    }
}
