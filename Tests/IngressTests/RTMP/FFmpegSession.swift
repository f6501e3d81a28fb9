import Foundation
import MediaWire

/// What ffmpeg 5.1.9 sends to publish to `rtmp://127.0.0.1:19351/live/room/SECRETKEY123`, from C0 to the end.
///
/// Recorded between it and its own `-listen 1`, from a file of 64×48 H.264 with two B frames and of AAC, 0.6 s:
///
///     ffmpeg -f lavfi -i testsrc=size=64x48:rate=10 -f lavfi -i sine=frequency=440:sample_rate=44100 -t 0.6 -c:v libx264
///         -preset ultrafast -x264-params bframes=2:b-adapt=0:keyint=5 -crf 48 -pix_fmt yuv420p
///         -bsf:v filter_units=remove_types=6 -c:a aac -b:a 16k -f flv a.flv
///     ffmpeg -i a.flv -c copy -f flv rtmp://127.0.0.1:19351/live/room/SECRETKEY123
///
/// `packets` is what ffprobe says of that file.
enum FFmpegSession {
    /// A frame as ffprobe lists it.
    struct Packet: Hashable {
        var kind: MediaKind
        var dts: Int64
        var pts: Int64
        var size: Int
        var isKey: Bool

        init(_ kind: MediaKind, dts: Int64, pts: Int64, size: Int, isKey: Bool) {
            self.kind = kind
            self.dts = dts
            self.pts = pts
            self.size = size
            self.isKey = isKey
        }
    }

    static let packets: [Packet] = [
        .init(.video, dts: 0, pts: 200, size: 307, isKey: true),
        .init(.video, dts: 100, pts: 500, size: 468, isKey: false),
        .init(.audio, dts: 177, pts: 177, size: 69, isKey: true),
        .init(.video, dts: 200, pts: 300, size: 94, isKey: false),
        .init(.audio, dts: 200, pts: 200, size: 87, isKey: true),
        .init(.audio, dts: 223, pts: 223, size: 51, isKey: true),
        .init(.audio, dts: 246, pts: 246, size: 49, isKey: true),
        .init(.audio, dts: 270, pts: 270, size: 48, isKey: true),
        .init(.audio, dts: 293, pts: 293, size: 49, isKey: true),
        .init(.video, dts: 300, pts: 400, size: 11, isKey: false),
        .init(.audio, dts: 316, pts: 316, size: 46, isKey: true),
        .init(.audio, dts: 339, pts: 339, size: 51, isKey: true),
        .init(.audio, dts: 363, pts: 363, size: 48, isKey: true),
        .init(.audio, dts: 386, pts: 386, size: 49, isKey: true),
        .init(.video, dts: 400, pts: 600, size: 154, isKey: false),
        .init(.audio, dts: 409, pts: 409, size: 45, isKey: true),
        .init(.audio, dts: 432, pts: 432, size: 48, isKey: true),
        .init(.audio, dts: 455, pts: 455, size: 45, isKey: true),
        .init(.audio, dts: 479, pts: 479, size: 48, isKey: true),
        .init(.video, dts: 500, pts: 700, size: 699, isKey: true),
        .init(.audio, dts: 502, pts: 502, size: 48, isKey: true),
        .init(.audio, dts: 525, pts: 525, size: 50, isKey: true),
        .init(.audio, dts: 548, pts: 548, size: 51, isKey: true),
        .init(.audio, dts: 572, pts: 572, size: 50, isKey: true),
        .init(.audio, dts: 595, pts: 595, size: 45, isKey: true),
        .init(.audio, dts: 618, pts: 618, size: 49, isKey: true),
        .init(.audio, dts: 641, pts: 641, size: 46, isKey: true),
        .init(.audio, dts: 664, pts: 664, size: 50, isKey: true),
        .init(.audio, dts: 688, pts: 688, size: 47, isKey: true),
        .init(.audio, dts: 711, pts: 711, size: 52, isKey: true),
        .init(.audio, dts: 734, pts: 734, size: 47, isKey: true),
        .init(.audio, dts: 757, pts: 757, size: 50, isKey: true),
        .init(.audio, dts: 780, pts: 780, size: 51, isKey: true),
    ]

    /// Everything the client sent.
    static let bytes: [UInt8] = Array(Data(base64Encoded: base64.filter { $0 != "\n" }) ?? Data())

    private static let base64 = """
        AwAAAAAJAHwC93hVHs6rjh42LwfFhopwsmbUAiDlCGEYoi42l9X8K2Mpwi7nx8mwtbNF36g5j+o7yHkgihBoQlqhF0y1cljP6+JNpC7E/52hnH
        tAbxjJW/3QTuSLb4MyFKR7i/aOsFJU4lrpqai0lsVJb26c18aMtrzIQWnmfz43L/4YbahROGLFr961oSGKhguszdhpslPbq4oO+1mkjEQgmYde
        VbdP0Hobaa8wPgmYc8t34tnixHQesfUGp/Cylir5H1BRyJCjIJlPTIs2oB+pwPFfS3z3tsOBfaYJGGEdOwL/fMlAOJN1N9M4LkFr1XV3g035yv
        dINSFQzpLQ27QOhx/DZOGLfjVp45h2wa4Mt5/216sy+fARhpyNpBke9G08G8a3LYOBLyJD0XUqQSYy1mogdfXTAvRc3yuYuAK3mAXcSDfYTt7R
        zELLp+7DE3v4bdCy1/Yk1SGj/2Vbzw30EBNB0jDpRlFijkWnq/gYMQHOmB5ehqb67Fx5qn7HGB6kWe2WbgyTKm+eS/VUq3sckFzeBU7UDS+4m7
        /GV1LljP3k8qBNw60eXvT8ZNV7BxwUFGpFH2oEMVbSiA9ZV9eN/T/yuID2JKxw8nCU83c06vGST2asPWSK4jKTBUSkQgtl7tRpb39Q/gX8lIUW
        ZQv7m2X5U9hI40VpZdDXa2J6hONendq9i0Pw+truRYzfWevXc5IuCuUH1eZAkukOxn7YQ56PIhx1Op+SFvHLhbUQe8fMfE+yw+7Rr8cJsZL1De
        acH/ylZQ77Ujtfq1mXysS371ryv1lz5ik7rh/B2kmb5VFQd95N2z9/vNdBcRxit9gDuNBUz1eBgnFNHERb1pK6G4OaCecmb8hdqo+tQz2rvSBs
        3h6lcXcMa/p5VsJm7oQ16wHKpvWDwNg8M+788/l9uRe9spn4qJ+4hgqxzWRMHoLM4TI6nredJfXcVwtwtAuyAGF0M1PQU27Nq9gvInd1YijLVP
        5pMsTJvRMNK/xwC/XYXaaUbpb4Lgr9jpwgz+q/mmoYm7F7vvU50dnnPulm/LXWvb+YRE3oZb4WBeNAh7NM3wTjr/Vb1BN8Ui0uPHvyY02zJrIq
        R023+KCVKrNRDeVVOWwYo3ioOQtzv/d3L7J2D6V4ajsEWcRaHRsN/0y7tl2g7TTzIRbDwswrlYJREbz7skbBUFqgDJcNBtdsyVDONosiDbIEh8
        ugK7H8VLNlZ7QpE9a4hQYs13lWAdMaSo5tVkZ/pcUhYmdv1SYSJRPD5H8ubZ1qGcT4eVQxqUztA5Ih0nrGinp3DpMFJSJxRZtx0FUFxJd7cOlo
        USCLrNzffmgrOEiECIDx/sKjL7FAaGK8g8rYmt9ynzum/9P+gI6EA+fGoPbc2jIRiY9vFlBbB4zHi4DbYA3tLyAPJf9dyzHTLL4gVri9wxCRYx
        q70qwo1h/jJIDsUDW7818XM5Pw1Zoh0jALLbS1nqpj/+D5PWXcAoUWkF8iqcff84fE63jGMA5+u7KmZjz75amXfK9XZLo/CrpX205gUeCuxuBb
        G9qmSal4de28QLzEIUu3/vcnMNQ2isvT4Qq0x2QqHFP5PKJtucdmVVvib9/w4qchQluVdisLd2/T4+sXMT1TEpyfNAA8maUZaoxqrLbWS1HdmL
        J8W1mnC9lBoboDAPt0TPxJnZl+bZM5LSinZ9EW37wsuetAVA0R6zBK2TIjhv3Fl9VdPRxnvFTfNUea+xnqLNIE3TMe+0nB4XL2u4n79YIH3K5s
        EvinWYvvHocsDDXyK0wp3xD5uxrdOuuIerX7OMA2uING92HELyld/gtDfftPMKcSdqt9QJzkJJY/nrtPH0flKxh4byebWocib2aYHdbQrRH0mv
        MQVf9pcQ/aNFfEt4UtsuOTbQd4v4efFzStOiT/sa6VhHYLnLBFKlO6CWL/4vYFr1KDC9IRpUiIlMwLBSJVBIcRzRmFEKnpQ7+Lg5GYRV+9QQcw
        BdMDmQuI2bY2VtQ8/sjtg3SPSw8PxRICFnlLIqBU5bxYq9jEEJYHCIQ5NFPOUJaUr76r4AAAAAAAAAAAFoDIRHHE0aanf/KKYRdaFJ8dSogMCw
        Y3vyFO2jQT55QKFJZq9EVgCdhM9KR3AmPSeoXNXZzSc4Nt/w5r1ddcFkzH7QASuvhK+HsnNKSv8CMCR2NmGVcZIR+4jy5h7A0HonP+sGThB9Mb
        louy85FaHtJN5PzuoA3wvxatainfK0Od/n2m7MtgCS+UGpyR668bxVm5vhn/PG942QBIHN2IW5gRaBcYMZTnZEnfUntARmtJcHeZkdcRMZexHL
        hWsXY5GgxmRkldNmDCVVKwMiGWec+6OuSyruAwIRg3PwqCXi6mMGmNqvxFux6kNZlNfKQtuZYppSK2b17xpDrhKLqRbTCXaNQN7WONlPFKqDd7
        +8zbiJGghcOSqG/9E7Mzc87bjTMnYRkF1hnd+qDEbWLHbwJhN8q+yYvXLm6u7k07EdFZEvHwuuSoznUARY76QoiIPZnrqiwrXB6AvcgFo3XoCN
        dUkW8isb1ap34tAYTJr215x8oIbs3eSbN27EbywwfhODEBLTPfjjuwithNH8AiSk0xDbcJiAS4A1G+lILh5lg+WihzreibKWe0oZAv9pvdIJJ0
        ErFDcP8umpR2YsT1LkM1Jyh+BvAnOngdC3cpGLTiwH8/bAwrbB8BKCZNS5trFUzywldYzLb7VdtRtWjzwVKdJLhLfJYdbKIhjueHArBSS7CPQr
        QBu2A9OOaoRO10ySZKYDg5IZO1K8+MhgR510X3U51AxBGEpNK87P7Z2Ibe08L/UyFkZGMt/gpscPmvAqA5jfKs+bTAqbGLY16jOLSUa0D6EN3Y
        +t2Ca1f+KdHQv3eOfW7leW7hRPaKFc2dj0r6VB4x4JJApNyEey/v5X8A4du3ZGEa3OOOzZcLip4x+6G64+6Wzvc9KDyQadICO7kKmiqE9HX7rz
        pBznBx7r/cA6FiQtho/IkDq7ce5JAKEvwHrbNjkekh3+dh8EkTibgkdj6OEzAHO3GtDEhIg0SmHsk4llGxaTNDRmqqvRoXedk7TxobIj5iaoDs
        +9eepSkD5EjLLvB7szJ6+ybEdZfDMheNqd1e4jOP2VEmJQGiSETd90W4DpiCGt9Y52Tw5RLegjxCr3IXh8PZztLl/PapVQgkW6ZiWs39jbdf+d
        e0F/UXOsddw7kxBrQTb6fXlESoD+xU2FP+g90HQ+iVGfudS6tDXw+m0ANsKsZ0n48oQw5azMFS0B48eMkToczXJZ1gMON7hO+AXlhm+ftG3hLC
        U6LfZZQPyAEAGNL47NdlQmfoVCWu/rDZqeiEKJHJ+SkivMPB/c1+lJVHK5S/Rvsrgepugjj3I99OXkA7ioBhRgXNmNnn8L00lXmloqN3jC5FuX
        UsVOyL+moJ1TvQtfvG1BLVdQULc/ztfBJSzk7cy0hsCNa67YK2V8BCGSCnZFA3VtVSYbFNI6CEIjLZk2e7AXskOfx7E89YJM7/xJZI27Zfgz05
        03yONvIIrJG7ieQ1YN7MCnf7Uv+0viGG92XwzexUD/D3sl874JhFjuLLMi58yuI+7gyFHHudh5Y8R71oDFR0BPP6/Usa/UPiENyXWHkmdVo/cJ
        VvVIlvuUSjM74+UBADD3QWe77C6tSFVlKR0Pe66fUFcTsegna93Ja9pk4T3PKrHmor62ZuOoxjq+J6rnP+AivB6cmt2p8HJEoQClBCw0yQ8NcB
        npByJPWcObKTCVTbWLeOvuxeMdUkUISOGkXTgenOMo7cRYbJKZJVyKtfg89+X3/4f3/vvdWx+JmApy3oLabCN/78PI1758x5sP9ZWRYUXLklfY
        nAqaA60UIL+ulm0UPQt7rET6x0qnWhouYXJrgmtlzzweEWqLA93dQT2CHFjBZc+K+idR15AvKbY5xprfJ9v9c7sUVdAV9AhHHnbO4OsiPCEF8y
        K4l9mfQJfdUNlJns1kXFbsozdalYN0La+hbiaA0SRU9wiMyM1CwADi4EyYFxVfSY/AQYSSJbzmIGslA3f3GtjZUDQSuq7En8xi5ICL6VhecHFB
        OivumYoSwtbq/QqTyol8rJTChwTAMAAAAAAJYUAAAAAAIAB2Nvbm5lY3QAP/AAAAAAAAADAANhcHACAAlsaXZlL3Jvb20ABHR5cGUCAApub25w
        cml2YXRlAAhmbGFzaFZlcgIAJEZNTEUvMy4wIChjb21wYXRpYmxlOyBMYXZmNTkuMjcuMTAwKQAFdGNVcmwCACBydG1wOi8vMTI3LjAuwzAuMT
        oxOTM1MS9saXZlL3Jvb20AAAkCAAAAAAAEAQAAAAAAAACAQwAAAAAAKRQCAA1yZWxlYXNlU3RyZWFtAEAAAAAAAAAABQIADFNFQ1JFVEtFWTEy
        M0MAAAAAACUUAgAJRkNQdWJsaXNoAEAIAAAAAAAABQIADFNFQ1JFVEtFWTEyM0MAAAAAABkUAgAMY3JlYXRlU3RyZWFtAEAQAAAAAAAABUMAAA
        AAABUUAgAIX2NoZWNrYncAQBQAAAAAAAAFCAAAAAAAKhQBAAAAAgAHcHVibGlzaABAGAAAAAAAAAUCAAxTRUNSRVRLRVkxMjMCAARsaXZlBAAA
        AAABNRIBAAAAAgANQHNldERhdGFGcmFtZQIACm9uTWV0YURhdGEIAAAADQAIZHVyYXRpb24AAAAAAAAAAAAABXdpZHRoAEBQAAAAAAAAAAZoZW
        lnaHQAQEgAAAAAAAAADXZpZGVvZGF0YXJhdGUAAAAAAAAAAAAACWZyYW1lcmF0ZQBAJAAAAADEAAAADHZpZGVvY29kZWNpZABAHAAAAAAAAAAN
        YXVkaW9kYXRhcmF0ZQBAL0AAAAAAAAAPYXVkaW9zYW1wbGVyYXRlAEDliIAAAAAAAA9hdWRpb3NhbXBsZXNpemUAQDAAAAAAAAAABnN0ZXJlbw
        EAAAxhdWRpb2NvZGVjaWQAQCTEAAAAAAAAAAdlbmNvZGVyAgANTGF2ZjU5LjI3LjEwMAAIZmlsZXNpemUAAAAAAAAAAAAAAAkGAAAAAAAsCQEA
        AAAXAAAAAAFNQAr/4QAXZ01ACuyiPYCIAAADAAgAAAMAoHiRLLABAAVozgFnIAQAAAAAAAcIAQAAAK8AEghW5QAGAAAAAAE4CQEAAAAXAQAAyA
        AAAS9liIQA6DGAMe4wGcXdf/CRNuPhXwQCTeN94A78xMY9TBqr2GYOBBeHMAKGAjDNP13+v+IwcIA3BhAAEB+IABWGMAIeSbIDx/78Ty//CLm2
        ZTbjAEAAkEAlQBgZzHwBmdrDZ+vQfwlgOukyUca47v/B3fB3f6WZ/cZPCTg20x4x0uZRK5+USuZRK57QtgEqQnTq9oUjXOw+bTGsWSG47eXg4R
        wIKlDC2JAmRLoq+AKjUhUGUnjoGtxiFUFnANhzkuP9PzaNS+CwACMHQHEgTILBtIdD0XBoxcAykeTLCH88dCzgE2CsKab/y7l0u4kAJA4DQ4AT
        IgATI8bBaPBaCx6QoPSPHSY/DDgAdvm04Sqn3vJhGT+3HZa2X4OBIBEQ8iATJqGB+aUU8cCZAx3hJKPHYEYAAGQAAdkJJwEAAZAAAAHQQZojAF
        K8EEUGAGR+FHd/N8AMj8KO7+b/ff/3+goxRijAF3otAeaAgfx13c/MGHQEYBjWzDiJ39toI8t+RBqP9zeHplK7w6qqqqrEXMGd9v9s/8GHM4/t
        n/3wYfxtVVXLB7VVV3dx2Mfwl/1/GwDHfcKufv+0AfbGAC1ak8uR+unF+xdwGfu51mcAHDSbO8Pw3M/EiqYwPt2fh6QzAozGRP7c21b7A4v5s/
        wTYEpCS9WvV5O+jxGzJkHEbMmQcRsyYlxb+xb2fBPAFZmTQaREr//83j/mmYP80zB/mmaPfGxRgBKY6l2fVVb//8HEAuYHMETAxTOPOAHG4HAy
        7hLkJDHMxAx5kKaYHh0SSPsAFu3J58Z+ugZONAUA6yVJtGG5alBYxJdg/HhgP3Wzv+nxvEDxWqimD1wxOqAeZUsDLDh2ZA6kpJkaBg6YD3QVZF
        p+MG4B1J0uQ5sz/jeDkAfByA/n4kDwHg2GFo2YIAbM+PM/x4+5QItao8TGJREFAfG6SPSuI9ajcSWCw6nwsXh42KxWeB5bAF6Es/ytkV+/54fi
        rugRgAUzd6IdgAi/8Ukd9/9IOajksGR/UFssMGQ0OUOy4uzYGpC7jA7rsJrrqv/a44BEAACxAABHCK8B3gIATGF2YzU5LjM3LjEwMAACoJcVyu
        fWe3WuLnEktcLH0+n0vv31VVbPlNMXHjx+XymyxcePHjly5YuPHjFEREhFUURcRgAAZAAAYwknAQAAZAAAAFpBnkFAE6viI3igMUB49QvDoDLJ
        QGW/6wt9yRz9sVaaeN4u+4Orkto/B2+ONMZFuffk8b0yfGaVjGxh2mPh2bEO+0e6MxDTL6ac9XvG8Vrwf+11H/xz1ttNP4BEAAAXAABZCK8BAT
        iM2sjaJWyVslXP89dcf/Wv3641/x4/nzxr+/v/PnjQb/W0dEYxC6BMsIWfkDcWUcRr+Q1/L5AfSiE2Eu/whVhggqJk8XPPF9J1cYvpzscvENRR
        RQbgRAAAFwAANQivAQE664rvHPf7P39vi3Dhpequ4Hc/vnTdmzGz+5DJ8AZ/cDJ8GGf3hHx8GHv7kPj4MPf3LkQAABcAADMIrwEBBCuJoqZX5/
        /s/x/6/+93q9E359ea7+hrooRgRUUUUUUUUMW2RtGwlmJTFVykNvw4RAAAGAAAMgivAQEEK4miplfP/9+//1/XU1rWOtuenPQ+U85zqKeeeeec
        86m+lL6oF6XCqfleAQpfgEQAABcAADMIrwEBCCuJwpM+3/9z8/+v/vd30lTjvn2zv2Hy+USzmNFFFFFFl48eKIKwtVesSmmpVMKORgAAZAAAEA
        knAQAAZAAAAAcBnmJAJUNgRAAAFwAAMAivAQECK4mCtVfb/++/9f/LV3qSuHPPtm+Al551LZntL2liXmtnm3UWMuYRkvZsBDhEAAAXAAA1CK8B
        AQgrkaKivn/+r3/6/+93q5Kupmnr6ASEhMdqlBISEhISEhITM9UWXpww9Ni5KyaK4RhwRAAAGAAAMgivAQD6K4mCtvf6f/1O//X/1mtWvTnXv8
        bzgL/VCDkX66OjooooX7W72paJZEQJ2aiSTkQAABcAADMIrwEBCCuRgrK+f/+T/5/73NXLy1+/tfz9wDAwNBY2sGJEiRIGz3vdpopCDnOUCjEV
        TBDgRgAAZAAAnwknAQAAyAAAAJZBmmQ0QCteGrkB5Aenbmv2UNJfHwQ14H//B15MN7n/Lhxueyc17/G4yNsUM4qO4h4W+QFD7vHUYNO2NgqGMi
        Zms93xvP+oh79Jgb3PYQUwzZxzF8HfjcSXbkqYzEPHfxvFBiAWFWRPlE/E4svl1FmRhX62ybH428a7PmAA3EnoMkDXhZ4Qquo+NUSDdITYlSit
        SxziDDFARAAAFwAALwivAQEEK4oCdWfn/+3+n/r/73etXIrecTNDjFEuQxooooooggRKIiRUUuKl7NhRJ0QAABcAADIIrwEBBCuJwpZXz//fv/
        /z5vV6l1JPf2nr4H0eeSllzzzzzyXnnku2lI9c9fSJIJriUrdEAAAXAAAvCK8BAQYriaKlV+f/7X7f+v/vNXxLUrfWSx9KKEOkVFFFFFFFDcWG
        1kxLMSCzznQcRAAAGAAAMgivAQEAK4mipuvn/+/P/X/vd30cVmZ5nryJ553zwlPPPPP1TzqvRei+9WlxbFC/kYwR4EYAAGQAAsAJFwEAAMgAAA
        K3ZYiCAAToMYACBJYPBbnFw6AkCJj8AMj8KO/5gAyPwo7/m37/+/zgBdgdxjIcAV65gwfx13/MGHCAl+CAAPgMxsAcaQ3Mere/7aAD2FFeUWTh
        EoDAqiKRIiDGIAAIDAAAgs9LpB4Xh//wOEKAwDgACACADAAUBXfG2/e2Bh++v29m2ww4YwcAAQGAABC0/wib6/+IAAgACDzEAAEA4fHjT4ETW2
        fDGAoIrkGMMEt2lEsDv3wMd9xYJ++D8AH1qT0EX9df4FP3c6z4O5NgnOIpvq94PUBTnMpgBXrm8ICRQADBAAGwHKAAgCCnBO5vQfwRtGwZJXA4
        j8/GwcX82eEsACBv4AMFmZMMgLIREv7ApN76JAAB0HZcD+HAAOg7LkOAAdB2XPzUz2meyFnAAhfvADBJiDD/AjNk0NjBU5xwZAAQcdc/DgBBx1
        zDgBBx1zX+7wtgAOZX8OIHoiTYjSZX//QAmYyJdnBBk622KMgAIIMuB5UAeBlHKvbGCQCIYWIczeHACDDLg8gxIod/AB/bk9hF/XQQwEABwgAC
        gcaaAdwBSkDjAAVpKCAcGU8MqiqAxNUhiD1JDFcA2d0D0WA5X7wWcAD8UcGmvsBdlxov4pgxKWHmUum314cIrpYHPBm2zw0YB4HEAMABQcUAF6
        QOoC9JOCHviqDoxwHGAGMgOwCtJu4DAK73VEDows4AG4eMAkQqwB23Q+2KaLdxINgj62DwGBDan4OIi2gHSHaPDAsAAIBUIYAAQBwgOBgAWaQO
        GgFikqAEASRsAQE+NhekDlAAP0kVh3iKEBL4F3AAQMI9NWLdWb9aj5vXgBOhFWfs4Ss8JDDFGHIySwHGCZ3rX/eAD7/xSQX/fQZAhHlgdsh/Z4
        SYACECAAggfEHsB6kNRakVMJJZRaDBxgPwBykAGrlAawtAYp/xogFBwIQAABevAQEGK5GipVfb/+n4/9f/ea1cFa9e1+OgDAwNhYtYMbNgxs2D
        GwaqiqpWUSgxWTKKOEQAABcAADQIrwEA+CuRYsc1+3/9Xv/5/971d6y7y/n2c8CMWBw2rWBgYGB0c1ZY4SqlWNWmUBWqdXsCjkQAABcAADUIrw
        EBCCuRoqU9//79f/P/ld3ciXnPtXv9wEhITHawoJCQkJEhJUrNrWj0k+BS5Kcj+S5JSfBEAAAYAAA0CK8BAQAricKW6/T/+79v/X/1mr4nG5l+
        vjeew10UIORUUUUULoMtfVG0YxkZ4lr1KtQjPdxEAAAXAAAvCK8BAQgriYK1Pn//lP/z/xer1Loevi/n8D5TznOo088888896bylFy6BRe4mUg
        hwRAAAFwAAMwivAQEEK5HCllfn/+z/H/r/73etaXlVz7VvgA0suGK1yyyyym5ZSQNLzohChS5VUxNgohxEAAAXAAAwCK8BAQQrhuyvn//lP/v/
        zc1qtS5vvzXr7j4a9cpYY69evXPXNOaU5TulaWEkElwk4EQAABcAADQIrwEBCCuJwpU+3/9L3/+f/eXd3Lrjnx8TvQ+n0+iEkX0169dFGszZqJ
        WtHKWywJSL0VCTgEQAABgAADEIrwEA9iuJYseH7f/1t/+v/vq7jirrOfbffwJ5/V85F+v1+v1HcuvQj+106XKBJMYpOEQAABcAADYIrwEBCCuR
        oqU9//+W//n/2u74LqX685nQBgYGgsWsGBgYGBga9QRadN+ernetYXiUrco4Gc7cRAAAFwAAMQivAQD8K4mCtzn6f/2Pf/1/9ZrV3rIz1+Oe/o
        cYolpMaKKKKKItSs1UKQVQJLklxSLgRAAAFwAANAivAQEwK4rqx//FP/xuampFy0uQd19dSbsKtOvqxv6u6/qQwyGVjT0qSsYrVivq7hWhlaBw
        RAAAFwAANQivAQFQK4rqrPzX68amppJJcksc25zmTDz5WufKqBHNuc5tzJlsmWwmueJqBCoEKgQrc5zUcEYAAAAAAAUJFwIAAABDAAAAAAAnFA
        IAC0ZDVW5wdWJsaXNoAEAcAAAAAAAABQIADFNFQ1JFVEtFWTEyM0MAAAAAACIUAgAMZGVsZXRlU3RyZWFtAEAgAAAAAAAABQA/8AAAAAAAAA==
        """
}
