/** What the platform answers under /api/mini/. Erased at run time: the checker alone reads this. */
declare namespace EUnion {
  interface Member {
    name: string;
    union: string;
    certification: 'certified' | 'pending' | 'none' | 'rejected';
    certification_label: string;
  }

  interface Session {
    token: string;
    expires_s: number;
    member: Member | null;
  }

  interface Tile {
    icon: string;
    label: string;
    path: string;
  }

  interface Notice {
    title: string;
    date: string;
    path: string;
    unread: boolean;
  }

  interface Home {
    greeting: string;
    tiles: Tile[];
    notices: Notice[];
    member: Member | null;
    unread: number;
  }

  interface Message extends Notice {
    id: number;
    summary: string;
  }

  interface Messages {
    items: Message[];
    next: number | null;
  }

  interface Card {
    name: string;
    union: string;
    number: string;
    matrix: string[];
    valid_s: number;
  }

  interface Subscriptions {
    template_ids: string[];
    labels: string[];
  }
}
